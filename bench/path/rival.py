"""The same list by pandas and LightGBM, one thread: the rows out of the
server, 13 features and the label at month ends, a model judged on the last
three of them and fitted once more, scores and reasons of today, the list back
into the server. A line each of step and seconds."""
import io
import sys
import time

import lightgbm
import numpy
import pandas
import psycopg2

TODAY = pandas.Timestamp('2011-11-29')
HORIZON = pandas.Timedelta(days=90)
server = psycopg2.connect(host=sys.argv[1], user=sys.argv[2], dbname='bench')
clock = time.time()


def say(step):
    global clock
    print('python', step, f'{time.time() - clock:.2f}', sep='\t', flush=True)
    clock = time.time()


def read(query, **options):
    text = io.BytesIO()
    server.cursor().copy_expert(f'COPY ({query}) TO STDOUT (FORMAT csv, HEADER)', text)
    text.seek(0)
    return pandas.read_csv(text, **options)


lines = read("SELECT order_id, product_id, quantity, unit_price FROM shop.order_lines"
             " WHERE quantity > 0 AND unit_price > 0", dtype={'order_id': str, 'product_id': str})
orders = read("SELECT order_id, customer_id, ordered_at FROM shop.orders WHERE customer_id <> ''",
              dtype={'order_id': str, 'customer_id': str}, parse_dates=['ordered_at'])
say('reading')

lines['value'] = lines['quantity'] * lines['unit_price']
baskets = lines.groupby('order_id').agg(
    value=('value', 'sum'), items=('quantity', 'sum'), skus=('product_id', 'nunique'))
orders = orders.join(baskets, on='order_id', how='inner').sort_values(['customer_id', 'ordered_at'])
orders['gap'] = orders.groupby('customer_id')['ordered_at'].diff().dt.days


def features(day):
    past = orders[orders['ordered_at'] < day]
    year = past[past['ordered_at'] >= day - pandas.Timedelta(days=365)]
    by = past.groupby('customer_id')
    rows = by.agg(first=('ordered_at', 'min'), last=('ordered_at', 'max'),
                  total_orders=('order_id', 'size'), total_revenue=('value', 'sum'))
    rows = rows.join(year.groupby('customer_id').agg(
        avg_basket_value=('value', 'mean'), avg_items=('items', 'mean'), avg_skus=('skus', 'mean'),
        avg_gap=('gap', 'mean'), median_gap=('gap', 'median')))
    for days in (30, 90):
        recent = past[past['ordered_at'] >= day - pandas.Timedelta(days=days)].groupby('customer_id')
        rows = rows.join(recent.agg(**{f'revenue_{days}': ('value', 'sum'), f'orders_{days}': ('order_id', 'size')}))
    rows['tenure'] = (rows['last'] - rows['first']).dt.days
    rows['recency'] = (day - rows['last']).dt.days
    after = orders[(orders['ordered_at'] >= day) & (orders['ordered_at'] < day + HORIZON)]
    rows['churned'] = ~rows.index.isin(after['customer_id'])
    rows['day'] = day
    return rows.drop(columns=['first', 'last']).fillna(0)


ends = [d + pandas.Timedelta(days=1) for d in pandas.date_range('2009-12-31', TODAY - HORIZON, freq='ME')]
rows = pandas.concat([features(day) for day in ends])
today = features(TODAY + pandas.Timedelta(days=1))
columns = [c for c in rows if c not in ('churned', 'day')]
say('features')

cutoff = ends[-3]
known = rows['day'] + HORIZON <= cutoff


def fit(chosen):
    model = lightgbm.LGBMClassifier(n_estimators=150, num_leaves=8, learning_rate=0.05, n_jobs=1, verbose=-1)
    return model.fit(chosen[columns].to_numpy(float), chosen['churned'])


judged = fit(rows[known]).predict_proba(rows.loc[rows['day'] >= cutoff, columns].to_numpy(float))[:, 1]
model = fit(rows)
say('model')

x = today[columns].to_numpy(float)
today['probability'] = model.predict_proba(x)[:, 1]
reasons = model.predict_proba(x, pred_contrib=True)[:, :-1]
top = numpy.argsort(-reasons, axis=1)[:, :3]
today['reasons'] = ['; '.join(f'{columns[j]} {row[j]:g}' for j in best) for row, best in zip(x, top)]
today['loss'] = today['probability'] * today['total_revenue']
chosen = today.nlargest(int(numpy.ceil(.15 * len(today))), 'loss').reset_index()
cursor = server.cursor()
cursor.execute('DROP TABLE IF EXISTS rival_actions')
cursor.execute('CREATE TABLE rival_actions (customer_id text, probability float8, loss float8, reasons text)')
cursor.copy_expert('COPY rival_actions FROM STDIN (FORMAT csv)', io.StringIO(
    chosen[['customer_id', 'probability', 'loss', 'reasons']].to_csv(index=False, header=False)))
server.commit()
say('list')
