"""Asks a running Superset for the data of every chart of the pages, in three
ranges and with every choice, and photographs the pages in light and in dark:
check.py URL PICTURES DAY [NAME ...]

Pictures are of the days that pages open with, as if it were DAY.  With names
nothing is asked for, and only those are photographed: pages of Superset by
their name, others as NAME=URL."""
import copy
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

url, pictures, today, *only = sys.argv[1:]
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


contexts = {} if only else {i: json.loads(call(f'/api/v1/chart/{i}')['result']['query_context']) for i in charts}


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


for dashboard in [] if only else dashboards:
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

    def address(dashboard):
        # the first filter is that of time; in a string of its kind an exclamation mark escapes
        known = json.loads(call(f'/api/v1/dashboard/{dashboard["id"]}')['result']['json_metadata'])
        days = known['native_filter_configuration'][0]['defaultDataMask']['extraFormData']['time_range']
        days = "'" + re.sub("[!']", r'!\g<0>', days.replace('"now"', f'"{today}"')) + "'"
        chosen = f'(NATIVE_FILTER-time:(extraFormData:(time_range:{days}),filterState:(value:{days}),id:NATIVE_FILTER-time,ownState:()))'
        return f'{url}/superset/dashboard/{dashboard["slug"]}/?standalone=2&native_filters={urllib.parse.quote(chosen)}'

    pages = [f'{d["slug"]}={address(d)}' for d in dashboards if not only or d['slug'] in only]
    pages += [named for named in only if '=' in named]
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pictures.mjs')
    with subprocess.Popen([node, '--no-warnings', '--experimental-websocket', script, browser, pictures, *pages], stdout=subprocess.PIPE, text=True) as taken:
        seen = [json.loads(line) for line in taken.stdout]
    for page in seen:
        asked = sum(page['data'].values())
        report(f'{page["name"]}: {asked} requests of the page itself', page['faults'] + [f'{n} answered {status}' for status, n in page['data'].items() if status != '200'])
    report('every page was photographed, in light and in dark', [] if len(seen) == 2 * len(pages) else [f'{len(seen)} of {2 * len(pages)}'])
print(f'{passed} passed, {failed} failed')
sys.exit(failed > 0)
