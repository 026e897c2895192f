"""The jobs of models.sh with scikit-learn and LightGBM, one thread: a line each
of job, seconds with the rows at hand, peak MB of the process, and seconds with
getting the rows out of the server."""
import io
import resource
import sys
import time

import lightgbm
import numpy
import pandas
import psycopg2
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler


def say(job, value, out=''):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print('python', job, value, f'{peak:.0f}', out, sep='\t', flush=True)


server = psycopg2.connect(host=sys.argv[1], user=sys.argv[2], dbname='bench')
began = time.time()
text = io.BytesIO()
server.cursor().copy_expert(
    'COPY (SELECT id % 5, label::int, a, b, c, d, e, f, g, h, i, j, k, l, m FROM train)'
    ' TO STDOUT (FORMAT csv)', text)
text.seek(0)
rows = pandas.read_csv(text, header=None).to_numpy()
export = time.time() - began
held_out, y, x = rows[:, 0] == 0, rows[:, 1], rows[:, 2:]


def timed(job, work):
    began = time.time()
    result = work()
    seconds = time.time() - began
    say(job, f'{seconds:.2f}', f'{seconds + export:.2f}')
    return result


def judged(job, scores):
    say(f'{job}, ROC AUC', f'{roc_auc_score(y[held_out], scores[held_out]):.5f}')


for job, settings in (
        ('trees 100 x 31', {'n_estimators': 100, 'num_leaves': 31}),
        ('trees 150 x 8', {'n_estimators': 150, 'num_leaves': 8,
                           'learning_rate': 0.05})):
    model = lightgbm.LGBMClassifier(n_jobs=1, verbose=-1, **settings)
    timed(f'{job}, fit', lambda: model.fit(x[~held_out], y[~held_out]))
    judged(job, timed(f'{job}, score', lambda: model.predict_proba(x)[:, 1]))

known = numpy.where(numpy.isnan(x), numpy.nanmean(x[~held_out], axis=0), x)


def logistic():
    scale = StandardScaler().fit(known[~held_out])
    model = LogisticRegression(C=numpy.inf, max_iter=1000)
    return scale, model.fit(scale.transform(known[~held_out]), y[~held_out])


scale, model = timed('logistic, fit', logistic)
judged('logistic', timed('logistic, score', lambda: model.predict_proba(
    scale.transform(known))[:, 1]))
