#!/usr/bin/perl
# Why did it change?  A company whose sources change in twenty ways: what each
# refresh published can be had again, and what became different of months that
# were over is told.
#
#   HISTORY_SEED   seed of the changes
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use SaaskpiTest;
use Test::More;

my $seed = $ENV{HISTORY_SEED} || time() % 100000;
note("HISTORY_SEED=$seed");
my $node = new_node('history');

# Nothing but what history is kept of, so that a refresh is quick.
my @kept = qw(kpi_customers kpi_summaries kpi_calendar kpi_mrr_monthly kpi_mrr_monthly_by kpi_mrr_movements kpi_revenue_monthly
  kpi_cash_bridge_monthly kpi_cohort_retention kpi_conversion);
sql($node, "DELETE FROM saaskpi_internal.relations WHERE maintained NOT IN ('own', 'view') AND relation <> ALL ('{" . join(',', @kept, 'kpi_mrr_reported') . "}');"
    . " DELETE FROM saaskpi_internal.relation_columns WHERE relation = 'kpi_refresh_log' AND expression !~ '{(kpi_summaries|kpi_calendar)}'");
sql($node, <<'END');
CREATE SCHEMA acme;
CREATE TABLE acme.customers (customer_id text, signup_date date, segment text, country text, acquisition_channel text);
CREATE TABLE acme.subscriptions (subscription_id text, customer_id text, plan_type text, start_date date, end_date date, monthly_price numeric);
CREATE TABLE acme.payments (payment_id text, customer_id text, payment_date date, amount numeric, payment_status text);
CREATE TABLE acme.costs (month text, marketing_spend numeric, infra_cost numeric, support_cost numeric);
CREATE SCHEMA kept;
END
sql($node, <<"END");
CREATE FUNCTION kept.draw(word text, upto int) RETURNS int LANGUAGE sql IMMUTABLE RETURN (hashtextextended(word, $seed) & 2147483647) % upto;
CREATE FUNCTION kept.day(word text) RETURNS date LANGUAGE sql IMMUTABLE RETURN date '2023-01-01' + kept.draw(word, 420);
INSERT INTO acme.customers
SELECT 'C' || i, kept.day('signup' || i), (ARRAY['SMB', 'Enterprise', NULL])[1 + kept.draw('segment' || i, 3)], 'DE', 'Organic' FROM generate_series(1, 50) AS i;
INSERT INTO acme.subscriptions
SELECT 'S' || i, 'C' || 1 + kept.draw('who' || i, 55), (ARRAY['Basic', 'Pro'])[1 + kept.draw('plan' || i, 2)], kept.day('start' || i),
       CASE WHEN kept.draw('ends' || i, 2) = 0 THEN kept.day('start' || i) + 1 + kept.draw('end' || i, 200) END, 5 + kept.draw('price' || i, 40)
  FROM generate_series(1, 120) AS i;
INSERT INTO acme.payments
SELECT 'P' || i, nullif('C' || kept.draw('payer' || i, 55), 'C0'), kept.day('paid' || i), 5 + kept.draw('amount' || i, 40), (ARRAY['Success', 'Success', 'Failed'])[1 + kept.draw('status' || i, 3)]
  FROM generate_series(1, 200) AS i;
CREATE TABLE kept.subscriptions (run int, customer_id text, start_date date, end_date date, price numeric);
-- those that changes of a certain cause are about; no others start on their days
INSERT INTO acme.subscriptions
SELECT 'F' || i, 'C' || i, 'Basic', date '2022-12-01' + i, CASE i WHEN 21 THEN date '2023-03-31' END, 20 + i FROM unnest('{4,5,6,8,12,13,18,19,21}'::int[]) AS i;
END

# What a run changes before it refreshes; # stands for its number.
my %changes = (
    'nothing' => '',
    'a late row' => "INSERT INTO acme.subscriptions VALUES ('late#', 'C' || 1 + kept.draw('late#', 55), 'Pro', date '2022-11-10' + #, '2023-05-06', 20 + #)",
    'a deleted row' => "DELETE FROM acme.subscriptions WHERE subscription_id = 'F#'",
    'another price' => "UPDATE acme.subscriptions SET monthly_price = monthly_price + 7.5 WHERE subscription_id = 'F#'",
    'another end' => "UPDATE acme.subscriptions SET end_date = start_date + 40 WHERE subscription_id = 'F#'",
    'another plan' => "UPDATE acme.subscriptions SET plan_type = 'Scale' WHERE subscription_id = 'F#'",
    'another segment' => "UPDATE acme.customers SET segment = 'moved #', country = 'FR' WHERE customer_id = 'C' || #",
    'a customer gone' => "DELETE FROM acme.customers WHERE customer_id = 'C' || #; DELETE FROM acme.subscriptions WHERE customer_id = 'C' || #;"
      . "DELETE FROM acme.payments WHERE customer_id = 'C' || #",
    'a new customer' => "INSERT INTO acme.customers VALUES ('new#', '2023-02-01', 'SMB', 'US', 'Partner'); INSERT INTO acme.subscriptions VALUES ('new#', 'new#', 'Basic', '2023-02-03', '2023-09-09', 33)",
    'a payment' => "INSERT INTO acme.payments VALUES ('late#', 'C1', kept.day('payment #'), 12, 'Success')",
    'an early cost' => "INSERT INTO acme.costs VALUES ('2022-10', 1, 1, 1)",
    'a later day' => "UPDATE acme.kpi_settings SET as_of = '2024-02-20'",
    'an earlier day' => "UPDATE acme.kpi_settings SET as_of = '2023-11-30'",
    'a setting' => 'UPDATE acme.kpi_settings SET ends_inclusive = true, conversion_days = 7',
    'what a word means' => "UPDATE acme.kpi_payment_statuses SET meaning = 'failed' WHERE status = 'paid'; UPDATE acme.payments SET payment_status = 'paid' WHERE payment_id = 'P7'",
    'all made anew' => "CALL saaskpi.drop_views('acme'); DELETE FROM acme.subscriptions WHERE subscription_id = 'F19'; INSERT INTO acme.subscriptions VALUES ('anew', 'anew', 'Pro', '2023-04-05', NULL, 11); CALL saaskpi.create_views('acme')",
    'a failure' => "INSERT INTO acme.payments SELECT 'much', 'x' || i, '2023-03-03', 900000000000000, 'Success' FROM generate_series(1, 2) AS i",
    'its end' => "DELETE FROM acme.payments WHERE payment_id = 'much'");
my @runs = ('nothing', 'a late row', 'nothing', 'a deleted row', 'another price', 'another end', 'an early cost', 'another segment', 'a later day', 'a payment', 'a late row',
    'a customer gone', 'another plan', 'a new customer', 'a failure', 'its end', 'an earlier day', 'a deleted row', 'all made anew', 'a later day', 'a setting', 'what a word means');

sql($node, "CALL saaskpi.create_views('acme'); UPDATE acme.kpi_settings SET as_of = '2024-01-20'");
my $number = 0;
my @published;
for my $change (@runs)
{
    $number++;
    (my $statements = $changes{$change}) =~ s/#/$number/g;
    sql($node, $statements) if $statements;
    if ($change eq 'a failure')
    {
        is(state_of($node, "CALL saaskpi.refresh('acme')"), '22003', "run $number fails");
        next;
    }
    push @published, $number;
    sql($node, "CALL saaskpi.refresh('acme'); INSERT INTO kept.subscriptions SELECT $number, s.customer_id, s.start_date, s.end_date + CASE WHEN ends_inclusive THEN 1 ELSE 0 END, s.monthly_price"
        . " FROM acme.subscriptions AS s CROSS JOIN acme.kpi_settings; " . join ' ',
        map { "CREATE TABLE kept.${_}_$number AS SELECT * FROM acme.$_;" } @kept);
}
is(sql($node, "SELECT string_agg(run_id || ' ' || publication, ',' ORDER BY run_id) FROM acme.kpi_refresh_log WHERE publication IS NULL OR publication <> run_id"),
    '16 15,17 16,18 17', 'publications are counted, and what was kept of what was dropped is one between');

# Every run, and nothing but what it published.
sub differences
{
    my $difference = <<'END';
SELECT '%2$s %1$s', count(*) FROM (SELECT r::text, row_number() OVER (PARTITION BY r::text) FROM kept.%1$s_%2$s AS r) AS a (row, n)
  FULL JOIN (SELECT r::text, row_number() OVER (PARTITION BY r::text) FROM saaskpi.rows_as_of(NULL::acme.%1$s, run => %2$s) AS r) AS b (row, n) USING (row, n)
 WHERE a IS NULL OR b IS NULL HAVING count(*) > 0
END
    # the waterfall of each run, and everything of some
    return sql($node, join 'UNION ALL ', map { my $run = $_; map { sprintf($difference, $_, $run) } $run % 6 == 1 ? @kept : 'kpi_mrr_monthly' } @published);
}

is(differences(), '', 'every run can be had again, to the byte');
is(sql($node, <<'END'), '0', 'and by the moment at which it had ended');
SELECT count(*) FROM acme.kpi_refresh_log AS l, LATERAL (
    SELECT md5(string_agg(a::text, '' ORDER BY a.period)) AS then FROM saaskpi.rows_as_of(NULL::acme.kpi_mrr_monthly, l.finished_at) AS a) AS t, LATERAL (
    SELECT md5(string_agg(a::text, '' ORDER BY a.period)) AS then FROM saaskpi.rows_as_of(NULL::acme.kpi_mrr_monthly, run => l.run_id) AS a) AS r
 WHERE l.status = 'ok' AND (t.then IS NULL OR t.then <> r.then)
END
cmp_ok(sql($node, 'SELECT count(DISTINCT md5) FROM (' . join(' UNION ALL ',
        map { "SELECT md5(string_agg(r::text, '' ORDER BY period)) FROM kept.kpi_mrr_monthly_$_ AS r" } @published) . ') AS q'),
    '>', 12, 'which differ');

# What each refresh restated adds up to the change of every month that was over.
my @columns = qw(closing new expansion contraction churn reactivation);
my $all = join ' UNION ALL ', map { my $run = $_; map { "SELECT $run AS run, period, '$_' AS measure, $_ AS amount FROM kept.kpi_mrr_monthly_$run" } @columns } @published;
is(sql($node, <<"END"), '', 'restatements add up to the change of the waterfall, each month of each run');
WITH p AS MATERIALIZED ($all), r AS (
    SELECT l.run_id AS run, b.run_id AS before, date_trunc('month', least(l.as_of, b.as_of)) AS until
      FROM acme.kpi_refresh_log AS l CROSS JOIN LATERAL (SELECT * FROM acme.kpi_refresh_log AS o WHERE o.publication < l.publication ORDER BY o.publication DESC LIMIT 1) AS b
), d AS (
    SELECT run, period, measure, sum(amount) AS amount
      FROM (SELECT r.run, p.period, p.measure, p.amount FROM r JOIN p ON p.run = r.run AND p.period < r.until
            UNION ALL SELECT r.run, p.period, p.measure, -p.amount FROM r JOIN p ON p.run = r.before AND p.period < r.until) AS q GROUP BY 1, 2, 3
)
SELECT run, period, measure, d.amount, s.amount
  FROM d FULL JOIN (SELECT run, period, measure, sum(amount) AS amount FROM acme.kpi_restatements WHERE before IS NOT NULL GROUP BY 1, 2, 3) AS s USING (run, period, measure)
 WHERE coalesce(d.amount, 0) <> coalesce(s.amount, 0)
END
is(sql($node, <<'END'), '', 'and those of each customer are what her subscriptions said then and say now');
WITH r AS (
    SELECT l.run_id AS run, b.run_id AS before, date_trunc('month', least(l.as_of, b.as_of)) AS until
      FROM acme.kpi_refresh_log AS l CROSS JOIN LATERAL (SELECT * FROM acme.kpi_refresh_log AS o WHERE o.publication < l.publication ORDER BY o.publication DESC LIMIT 1) AS b
), k AS (
    SELECT m::date AS period, (m + interval '1 month')::date AS next FROM generate_series(timestamp '2022-10-01', '2024-02-01', '1 month') AS m
), level AS MATERIALIZED (
    SELECT s.run, s.customer_id, k.period, sum(s.price) AS mrr FROM kept.subscriptions AS s JOIN k ON s.start_date < k.next AND (s.end_date >= k.next OR s.end_date IS NULL) GROUP BY 1, 2, 3
), d AS (
    SELECT run, customer_id, period, sum(before) AS before, sum(after) AS after
      FROM (SELECT r.run, l.customer_id, l.period, 0 AS before, l.mrr AS after FROM r JOIN level AS l ON l.run = r.run AND l.period < r.until
            UNION ALL SELECT r.run, l.customer_id, l.period, l.mrr, 0 FROM r JOIN level AS l ON l.run = r.before AND l.period < r.until) AS q
     GROUP BY 1, 2, 3 HAVING sum(before) <> sum(after)
)
SELECT run, customer_id, period, d.before, d.after, s.before, s.after
  FROM d FULL JOIN (SELECT * FROM acme.kpi_restatements WHERE measure = 'closing') AS s USING (run, customer_id, period)
 WHERE (d.before, d.after) IS DISTINCT FROM (s.before, s.after)
END
cmp_ok(sql($node, "SELECT count(*) FROM acme.kpi_restatements WHERE measure = 'closing'"), '>', 50, 'of which there are many');
is(sql($node, <<'END'), join("\n", map { "$_->[0]|$_->[1]" } [2, 'late row'], [4, 'deleted row'], [5, 'changed row'], [6, 'changed row'], [8, 'changed attribute'], [11, 'late row'], [12, 'deleted row'], [14, 'late row'], [18, 'deleted row'], [19, 'deleted row'], [19, 'late row'], [21, 'changed setting']),
SELECT DISTINCT run, cause FROM acme.kpi_restatements ORDER BY 1, 2
END
    'each with its cause, and nothing that is no restatement');

is(sql($node, "SELECT DISTINCT detail FROM acme.kpi_restatements WHERE cause = 'changed setting'"), 'ends_inclusive', 'and a setting by its name');
like(sql($node, "SELECT because FROM saaskpi.explain_restatement('acme', '2023-03-01') WHERE customer_id = 'C21'"),
    qr/^A setting was changed by run 21 \(ends_inclusive\), and C21 has \S+ instead of \S+\.$/m, 'which the sentence says');

# The difference of any two months, and of any month from what was published
# first, is explained to the cent.
is(sql($node, <<'END'), '', 'explain_change adds up for pairs of months');
SELECT a.period, b.period, b.closing - a.closing, e.amount FROM acme.kpi_mrr_monthly AS a JOIN acme.kpi_mrr_monthly AS b ON b.period >= a.period AND (b.period - a.period) % 7 = 0
 CROSS JOIN LATERAL (SELECT coalesce(sum(x.amount), 0) AS amount, count(x.because) = count(*) AS told FROM saaskpi.explain_change('acme', a.period, b.period) AS x) AS e
 WHERE e.amount <> b.closing - a.closing OR NOT e.told
END
is(sql($node, <<'END'), '', 'explain_restatement adds up for all months that were over at the first run');
SELECT m.period, m.closing, f.closing, e.amount FROM acme.kpi_mrr_monthly AS m JOIN kept.kpi_mrr_monthly_1 AS f ON f.period = m.period AND f.is_complete
 CROSS JOIN LATERAL (SELECT coalesce(sum(x.amount), 0) AS amount, count(x.because) = count(*) AS told FROM saaskpi.explain_restatement('acme', m.period) AS x) AS e
 WHERE e.amount <> m.closing - f.closing OR NOT e.told
END
is(sql($node, "SELECT count(*) FROM saaskpi.explain_restatement('acme', '2023-03-01') WHERE customer_id IS NULL"), '0', 'all of it by customers, where no run lacked the month');
is(sql($node, "SELECT md5(string_agg(a::text, '')) = (SELECT md5(string_agg(b::text, '')) FROM saaskpi.as_of('acme', run => 5) AS b) FROM saaskpi.rows_as_of(NULL::acme.kpi_mrr_monthly, run => 5) AS a"),
    't', 'the waterfall of a run has a name of its own');

# A frozen month stays, whatever happens to it; later ones say what.
my $frozen = "SELECT string_agg(r::text, E'\n' ORDER BY period) FROM acme.kpi_mrr_reported AS r WHERE period <= '%s'";
my $open = "SELECT count(*) FROM acme.kpi_mrr_reported AS r JOIN acme.kpi_mrr_monthly AS m USING (period) WHERE r.closing <> m.closing AND NOT r.is_frozen";
sql($node, "CALL saaskpi.freeze('acme', '2023-06-17')");
my $reported = sql($node, sprintf($frozen, '2023-06-01'));
sql($node, "INSERT INTO acme.subscriptions VALUES ('correction', 'C2', 'Pro', '2023-02-02', NULL, 99); CALL saaskpi.refresh('acme')");
is(sql($node, sprintf($frozen, '2023-06-01')), $reported, 'frozen months are as they were');
is(sql($node, "SELECT period, restated, customers_restated BETWEEN 0 AND 1 FROM acme.kpi_mrr_reported WHERE restated <> 0"), '2023-07-01|99.00|t', 'what changed is a line of the first open month');
is(sql($node, $open), '0', 'and open months close as they are known now');
sql($node, "CALL saaskpi.freeze('acme', '2023-08-01')");
my $further = sql($node, sprintf($frozen, '2023-08-01'));
sql($node, "DELETE FROM acme.subscriptions WHERE subscription_id = 'correction'; UPDATE acme.customers SET segment = 'x'; CALL saaskpi.refresh('acme')");
is(sql($node, sprintf($frozen, '2023-08-01')), $further, 'with the line in it, it is frozen in turn');
is(sql($node, "SELECT period, restated FROM acme.kpi_mrr_reported WHERE restated <> 0 ORDER BY 1"), "2023-07-01|99.00\n2023-09-01|-99.00", 'and is corrected in the next');
is(sql($node, "SELECT holds FROM saaskpi.check_identities('acme') WHERE identity = 'reported_closes'"), 't', 'which an identity watches over');
sql($node, "UPDATE acme.kpi_frozen_months SET closing = closing + 1 WHERE period = '2023-08-01'");
like(scalar sql_error($node, "CALL saaskpi.refresh('acme')"), qr/^22000: identity reported_closes does not hold/, 'so that nobody writes into it');
sql($node, "CALL saaskpi.unfreeze('acme', '2023-08-01'); CALL saaskpi.refresh('acme')");
is(sql($node, "SELECT max(period) FROM acme.kpi_mrr_reported WHERE is_frozen"), '2023-07-01', 'an unfrozen month is open');

# Who may read a relation may read what it was, and no more.
sql($node, 'CREATE ROLE looker; GRANT USAGE ON SCHEMA acme TO looker; GRANT SELECT ON acme.kpi_refresh_log, acme.kpi_mrr_monthly, acme.kpi_mrr_movements TO looker');
my $looker = 'SET SESSION AUTHORIZATION looker; ';
is(scalar sql_error($node, "$looker SELECT * FROM saaskpi.as_of('acme', run => 5)"), '', 'a reader of the waterfall can look back at it');
is(scalar sql_error($node, "$looker SELECT * FROM saaskpi.explain_change('acme', '2023-02-01', '2023-05-01')"), '', 'and, with the movements, have its changes explained');
is(state_of($node, "$looker SELECT * FROM saaskpi.rows_as_of(NULL::acme.kpi_customers, run => 5)"), '42501', 'but sees no customers of then');
is(state_of($node, "$looker SELECT * FROM saaskpi.explain_restatement('acme', '2023-02-01')"), '42501', 'nor what changed of whom');
is(state_of($node, "$looker CALL saaskpi.freeze('acme', '2023-09-01')"), '42501', 'and freezes nothing');

# A customer is forgotten, the months are not.
my $past = "SELECT md5(string_agg(a::text, '')) FROM acme.kpi_refresh_log AS l, LATERAL (SELECT * FROM saaskpi.as_of('acme', run => l.run_id)) AS a WHERE l.publication IS NOT NULL";
my $before = sql($node, $past);
my $restated = sql($node, 'SELECT count(*) FROM acme.kpi_restatements');
sql($node, "CALL saaskpi.forget_customer('acme', 'C5', 'nobody')");
sql($node, "UPDATE acme.$_ SET customer_id = 'nobody' WHERE customer_id = 'C5'") for qw(customers subscriptions payments);
sql($node, "CALL saaskpi.refresh('acme')");
is(sql($node, "SELECT count(*) FROM (" . join(' UNION ALL ', map { "SELECT customer_id FROM acme.$_" } qw(kpi_customers kpi_customers_past kpi_restatements kpi_mrr_movements)) . ") AS q WHERE customer_id = 'C5'"),
    '0', 'a forgotten customer is nowhere');
is(sql($node, 'SELECT count(*) FROM acme.kpi_restatements'), $restated, 'nothing is restated by it');
isnt(sql($node, "SELECT count(*) FROM acme.kpi_restatements WHERE customer_id = 'nobody'"), '0', 'what was is told of a pseudonym');
like($before, qr/^\w{32}$/, 'all that was published can be had');
is(sql($node, "SELECT md5(string_agg(a::text, '')) FROM acme.kpi_refresh_log AS l, LATERAL (SELECT * FROM saaskpi.as_of('acme', run => l.run_id)) AS a WHERE l.publication < (SELECT max(publication) FROM acme.kpi_refresh_log)"),
    $before, 'and all that was published is the same');

# What is asked wrongly is said with what to ask.
for my $wrong (
    [ "SELECT * FROM saaskpi.as_of('acme', run => 99)", 'P0002: schema "acme" has no run 99' ],
    [ "SELECT * FROM saaskpi.as_of('acme', run => 15)", 'P0002: what run 15 of schema "acme" published is not kept' ],
    [ "SELECT * FROM saaskpi.as_of('acme', '2001-01-01')", 'P0002: nothing that schema "acme" had published by 2001-01-01 00:00:00\+00 is kept' ],
    [ "SELECT * FROM saaskpi.as_of('acme')", '22023: either a moment or a run is to be told' ],
    [ 'SELECT * FROM saaskpi.rows_as_of(NULL::acme.kpi_mrr_reported, run => 5)', '0A000: kpi_mrr_reported of schema "acme" cannot be had as it was' ],
    [ 'SELECT * FROM saaskpi.rows_as_of(1, run => 5)', '42804: type integer is not that of the rows of a relation' ],
    [ "SELECT * FROM saaskpi.explain_change('acme', '2023-05-01', '2023-04-01')", '22023: the month of 2023-05-01 lies after that of 2023-04-01' ],
    [ "SELECT * FROM saaskpi.explain_change('acme', '2023-05-01', '2033-04-01')", '22023: schema "acme" has no month of 2033-04-01' ],
    [ "SELECT * FROM saaskpi.explain_restatement('acme', '2024-02-01')", '55000: the month of 2024-02-01 was not over at any refresh' ],
    [ "CALL saaskpi.freeze('acme', '2024-02-01')", '55000: the month of 2024-02-01 is not over' ],
    [ "CALL saaskpi.freeze('acme', NULL)", '22004: a month must not be null' ],
    [ "CALL saaskpi.unfreeze('acme', '2024-02-01')", '22023: the month of 2024-02-01 is not frozen' ],
    [ "CALL saaskpi.forget_customer('acme', 'C55555')", 'P0002: schema "acme" knows no customer' ],
    [ "CALL saaskpi.forget_customer('acme', 'C6', 'C7')", q{23505: 'C7' is the name of a customer already} ])
{
    my ($error, $hint) = sql_error($node, $wrong->[0]);
    like($error, qr/^$wrong->[1]/, "$wrong->[0] is refused");
}

end_of_test($node);
