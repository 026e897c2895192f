# States of many plans and many days, which once took minutes and did not listen
# meanwhile: statements over them end when they are told to.  Nothing is timed:
# an input is so large that nobody waits for it, and the error says who ended it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use SaaskpiTest;
use Test::More;

my $node = new_node('large');

# A history of so many plans, each begun on and gone after so many days.
sql($node, <<'END');
CREATE FUNCTION history(plans int, days int) RETURNS text LANGUAGE sql AS $$
SELECT 'mrr_history 1 day 1 {0,0,0} skipped 0 labels ('
    || (SELECT string_agg('"p' || lpad(p::text, 5, '0') || '"', ' ' ORDER BY p) FROM generate_series(1, plans) AS p) || ') rows ('
    || (SELECT string_agg(day, ' ' ORDER BY d) FROM (
          SELECT d, string_agg((7305 + d) || ',' || p || CASE WHEN d % 3 = 0 THEN ':100,0' ELSE ':0,100' END, ' ' ORDER BY p) AS day
            FROM generate_series(1, plans) AS p, generate_series(0, days * 3 - 1) AS d WHERE d % 3 < 2 GROUP BY d) AS q) || ')'
$$;
CREATE TABLE large AS SELECT t, t::saaskpi.mrr_history AS h FROM (SELECT history(4000, 100) AS t) AS q;
CREATE TABLE middle AS SELECT history(400, 50)::saaskpi.mrr_history AS h;
CREATE TABLE orders AS SELECT saaskpi.order_history_agg(timestamp '2000-01-01' + n * interval '1 hour', 10, 1, 1, n % 20 = 0) AS h FROM generate_series(1, 100000) AS n;
CREATE TABLE unsorted AS SELECT regexp_replace(t, '"p00001" "p00002"', '"p00002" "p00001"') AS t FROM large;
END

# What is computed of many plans is what plain SQL says.
is(sql($node, <<'END'), '400|100|20000|20000', 'every plan begins on its days, and ends');
SELECT count(DISTINCT label), count(DISTINCT period) FILTER (WHERE new + churn + reactivation > 0),
       sum(customers_new + customers_reactivated), sum(customers_churned)
  FROM middle, saaskpi.mrr_waterfall(saaskpi.mrr_flow(h, 'day', '2020-12-31'), '2020-01-01') AS w WHERE label IS NOT NULL
END
is(sql($node, <<'END'), 't', 'by month a flow is the sum of the days');
SELECT bool_and(d.closing = m.closing) FROM middle,
       LATERAL (SELECT label, closing FROM saaskpi.mrr_waterfall(saaskpi.mrr_flow(h, 'day', '2020-03-31'), '2020-03-31')) AS d
  JOIN LATERAL (SELECT label, closing FROM saaskpi.mrr_waterfall(saaskpi.mrr_flow(h, 'month', '2020-03-31'), '2020-03-01')) AS m
    ON m.label IS NOT DISTINCT FROM d.label
END

# Whoever waits for these has set no limit.  A few hundred copies of a customer
# make each statement long enough on any machine.
my %slow = (
    'a flow' => "SELECT saaskpi.mrr_flow_agg(h, 'day', '2024-01-01') FROM large, generate_series(1, 300)",
    'a retention' => "SELECT saaskpi.mrr_retention_agg(h, 1, 'day', '2024-01-01') FROM large, generate_series(1, 300)",
    'a merge' => 'SELECT saaskpi.rollup(h) FROM large, generate_series(1, 2000)',
    'text' => 'SELECT sum(length(h::text)) FROM large, generate_series(1, 2000)',
    'reading text' => 'SELECT count(t::saaskpi.mrr_history) FROM large, generate_series(1, 2000)',
    'sorting labels' => 'SELECT count(t::saaskpi.mrr_history) FROM unsorted, generate_series(1, 2000)',
    'bytes' => 'SELECT sum(length(s)) FROM large, generate_series(1, 2000), '
      . sql($node, "SELECT typsend FROM pg_type WHERE oid = 'saaskpi.mrr_history'::regtype") . '(h) AS s',
    'an activity' => "SELECT count(saaskpi.activity(h, 'day', '2024-01-01')) FROM large, generate_series(1, 20000)",
    'features of orders' => "SELECT count(*) FROM orders, generate_series(1, 100000), saaskpi.order_features(h, ARRAY[date '2030-01-01' + 0 * generate_series])",
    'features of subscriptions' => "SELECT count(*) FROM large, generate_series(1, 100000), saaskpi.subscription_features(h, NULL, ARRAY[date '2024-01-01' + 0 * generate_series])",
    'rows out of order' => "SELECT saaskpi.mrr_history_agg(date '2000-01-01' + (n * 7919 % 3000017)::int, NULL, 10) FROM generate_series(1, 100000000::bigint) AS n",
);
for my $what (sort keys %slow)
{
    is(state_of($node, "SET statement_timeout = '200ms'; $slow{$what}"), '57014', "$what ends when it is told to");
}

# Of models that a query goes through in turn none stays behind.
sql($node, <<'END');
CREATE TABLE models AS SELECT n, saaskpi.train_trees('SELECT i % 3 = 0 AS label, (i * 7919 % 1009)::float8 AS a, (i * 104729 % 997)::float8 AS b FROM generate_series(1, 4000) AS i',
    150, 16, 0.05 * n) AS m FROM generate_series(1, 6) AS n
END
my $session = $node->background_psql('postgres', on_error_stop => 0);
my $pid = $session->query('SELECT pg_backend_pid()');
is($session->query('SELECT count(saaskpi.predict(m.m, ARRAY[i, 1])) FROM generate_series(1, 6000) AS i CROSS JOIN LATERAL (SELECT m FROM models WHERE n = 1 + i % 2 OFFSET 0) AS m'),
    '6000', 'two models in turn, 6,000 times');
is($session->query('SELECT count(saaskpi.predict(m.m, ARRAY[i, 1])) FROM generate_series(1, 3000) AS i CROSS JOIN LATERAL (SELECT m FROM models WHERE n = 1 + i % 6 OFFSET 0) AS m'),
    '3000', 'and six, which are more than are kept');
SKIP:
{
    my $peak = peak_kb($pid);
    skip 'there is no /proc', 1 unless defined $peak;
    cmp_ok($peak, '<', 100 * 1024, 'and the backend took less than 100 MB');
}
$session->quit;

end_of_test($node);
