"""Asks a running Superset for the data of every chart of the pages, in three
ranges and with every choice, and photographs the pages: check.py URL PICTURES"""
import copy
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

url, pictures = sys.argv[1:]
passed = failed = 0


def report(name, faults):
    global passed, failed
    passed, failed = passed + (not faults), failed + bool(faults)
    print(('not ' if faults else '') + 'ok - ' + name, flush=True)
    for fault in faults[:20]:
        print('#   ' + fault)


def call(path, body=None):
    request = urllib.request.Request(url + path, json.dumps(body).encode() if body is not None else None, {'Content-Type': 'application/json'})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        text = error.read().decode(errors='replace')
        try:
            return {'error': json.loads(text)}
        except ValueError:
            return {'error': f'{error.code} {text[:300]}'}


def all_of(kind):
    found, page = [], 0
    while True:
        answer = call(f'/api/v1/{kind}/?q=(page:{page},page_size:100)')
        found += answer['result']
        page += 1
        if len(found) >= answer['count'] or not answer['result']:
            return found


for _ in range(120):
    try:
        urllib.request.urlopen(url + '/health', timeout=5)
        break
    except OSError:
        time.sleep(1)

dashboards = sorted((d for d in all_of('dashboard') if (d['slug'] or '').startswith('saaskpi-')), key=lambda d: d['slug'])
charts = {c['id']: c for c in all_of('chart')}
print(f'# {len(dashboards)} pages, {len(charts)} charts')
report('pages were imported', [] if dashboards and charts else ['none'])

# What a reader of the page can choose, as the page would send it.
choices = {'segment': 'SMB', 'country': 'DE', 'plan': 'Pro', 'stage': 'Lead', 'grain': 'week', 'metric': 'net_sales', 'snapshot': None, 'customer': None}
hostile = "x') ; SELECT 1/0 --'\""


contexts = {i: json.loads(call(f'/api/v1/chart/{i}')['result']['query_context']) for i in charts}


def data_of(chart, change):
    context = copy.deepcopy(contexts[chart['id']])
    context['datasource'] = {'id': int(chart['datasource_id']), 'type': 'table'}
    context['force'] = True
    for query in context['queries']:
        change(query)
    return call('/api/v1/chart/data', context)


def fault_of(name, answer, must_have_rows):
    if 'error' in answer:
        return f'{name}: {json.dumps(answer["error"])[:300]}'
    for result in answer['result']:
        if result.get('error') or result.get('status') != 'success':
            return f'{name}: {result.get("error") or result.get("status")}'
        if must_have_rows and not result['rowcount']:
            return f'{name}: no row'
    return None


for dashboard in dashboards:
    of_page = call(f'/api/v1/dashboard/{dashboard["id"]}/charts')['result']
    ids = [c['id'] for c in of_page]

    def chosen(query):
        query['time_range'] = '2023-10-10 : 2024-12-20'
        query['filters'] = [{'col': k, 'op': 'IN', 'val': [v]} for k, v in choices.items() if v]

    def attacked(query):
        query['filters'] = [{'col': k, 'op': 'IN', 'val': [hostile]} for k in choices if k != 'snapshot']

    for name, change in (('as it is', lambda query: None), ('with a range and choices', chosen), ('with hostile choices', attacked)):
        found = [fault_of(charts[i]['slice_name'], data_of(charts[i], change), name == 'as it is') for i in ids]
        if change is attacked:  # a granularity that is none may be refused, by its name
            found = [f for f in found if f and re.search('syntax error|division|unterminated', f)]
        report(f'{dashboard["slug"]}, {name}: {len(ids)} charts', [f for f in found if f])

browser = next((b for b in map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome')) if b), None)
node = shutil.which('node')
if not browser or not node:
    print('SKIPPED: no Chromium, or no node, to photograph the pages with')
else:
    os.makedirs(pictures, exist_ok=True)
    pages = [f'{d["slug"]}={url}/superset/dashboard/{d["slug"]}/?standalone=2' for d in dashboards]
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pictures.mjs')
    with subprocess.Popen([node, '--no-warnings', '--experimental-websocket', script, browser, pictures, *pages], stdout=subprocess.PIPE, text=True) as taken:
        seen = [json.loads(line) for line in taken.stdout]
    for page in seen:
        asked = sum(page['data'].values())
        report(f'{page["name"]}: {asked} requests of the page itself', page['faults'] + [f'{n} answered {status}' for status, n in page['data'].items() if status != '200'])
    report('every page was photographed', [] if len(seen) == len(pages) else [f'{len(seen)} of {len(pages)}'])
print(f'{passed} passed, {failed} failed')
sys.exit(failed > 0)
