"""The same rows by LightGBM, one thread, with its defaults and with small
trees, and by scikit-learn's logistic regression on scaled columns; their
scores go into the table of all scores."""
import io
import sys

import lightgbm
import numpy
import pandas
import psycopg2
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

server = psycopg2.connect(host=sys.argv[1], user=sys.argv[2], dbname='bench')


def rows_of(table, order):
    text = io.BytesIO()
    server.cursor().copy_expert(
        f'COPY (SELECT * FROM {table} WHERE churned IS NOT NULL ORDER BY {order}) TO STDOUT (FORMAT csv, HEADER)', text)
    text.seek(0)
    rows = pandas.read_csv(text)
    rows['churned'] = rows['churned'] == 't'
    return rows


def keep(rows, training, model, scores, labels):
    text = io.StringIO('\n'.join(
        f'{rows},{training},{model},{score!r},{label}' for score, label in zip(scores.tolist(), labels)))
    server.cursor().copy_expert('COPY judged FROM STDIN (FORMAT csv)', text)


def boosting(**settings):
    return lightgbm.LGBMClassifier(n_jobs=1, verbose=-1, **settings)


MODELS = {
    'LightGBM defaults': boosting,
    'LightGBM 150 x 8': lambda: boosting(
        n_estimators=150, num_leaves=8, learning_rate=0.05),
    'scikit-learn logistic': lambda: make_pipeline(
        StandardScaler(), LogisticRegression(max_iter=5000)),
}


def judge(rows, training, train, test, features, linear):
    for name, make in MODELS.items():
        known = linear if 'logistic' in name else (lambda x: x)
        model = make().fit(known(train[features].to_numpy(float)), train['churned'])
        keep(rows, training, name, model.predict_proba(known(test[features].to_numpy(float)))[:, 1], test['churned'])


def signed_log(x):
    return numpy.nan_to_num(numpy.sign(x) * numpy.log1p(numpy.abs(x)))


for table in ('own_rows', 'published_rows'):
    all_rows = rows_of(table, 'as_of, customer_id')
    columns = [c for c in all_rows if c not in ('customer_id', 'part', 'as_of', 'churned')]
    for training, parts in (('embargo', ['train']), ('overlap', ['train', 'embargo'])):
        judge(table, training, all_rows[all_rows['part'].isin(parts)],
              all_rows[all_rows['part'] == 'test'], columns, signed_log)

telco = rows_of('telco', 'n')
columns = [c for c in telco if c not in ('n', 'fold', 'churned')]
for held in range(5):
    judge('telco', 'five folds', telco[telco['fold'] != held], telco[telco['fold'] == held],
          columns, numpy.nan_to_num)
server.commit()
