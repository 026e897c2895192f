#!/usr/bin/perl
# What was published, of everything that is made of subscriptions, payments and
# costs: a company that is billed with trials, pauses, discounts, notice and
# payments overdue, under several policies, whose sources, policies and settings
# change between its refreshes.  Each relation of each refresh can be had again.
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
my $node = new_node('published');

# Those that cannot be had, and why, are at the end; without them a refresh is
# quick.
my @refused = qw(kpi_mrr_reported kpi_subscriptions_monthly transactions_clean);
my $dropped = 'kpi_(churn_drift|churn_trend|churn_model_report|customer_segments|segments|actions|action_coverage|revenue_at_risk|at_risk)|churn_scores|campaign_actions|customer_segment_snapshot';
sql($node, "DELETE FROM saaskpi_internal.relations WHERE maintained NOT IN ('own', 'view') AND relation ~ '^($dropped)\$'");
sql($node, <<'END');
CREATE SCHEMA acme;
-- those that stay empty
CALL saaskpi.create_source_tables('acme');
DROP TABLE acme.customers, acme.subscriptions, acme.payments, acme.costs, acme.events CASCADE;
CREATE TABLE acme.customers (customer_id text, signup_date date, segment text, country text, acquisition_channel text);
CREATE TABLE acme.subscriptions (subscription_id text, customer_id text, plan_type text, start_date date, end_date date, monthly_price numeric, status text, trial_end date, paused_from date,
    resumes_on date, past_due_since date, cancel_at date, canceled_on date, interval_unit text, interval_count int, discount_percent numeric, discount_until date);
CREATE TABLE acme.payments (payment_id text, customer_id text, payment_date date, amount numeric, payment_status text);
CREATE TABLE acme.costs (month text, marketing_cost numeric, infra_cost numeric, support_cost numeric);
CREATE SCHEMA kept;
END
sql($node, <<"END");
CREATE FUNCTION kept.draw(word text, upto int) RETURNS int LANGUAGE sql IMMUTABLE RETURN (hashtextextended(word, $seed) & 2147483647) % upto;
CREATE FUNCTION kept.day(word text) RETURNS date LANGUAGE sql IMMUTABLE RETURN date '2022-01-01' + kept.draw(word, 760);
INSERT INTO acme.customers
SELECT 'C' || i, kept.day('signup' || i), (ARRAY['SMB', 'Enterprise', NULL])[1 + kept.draw('segment' || i, 3)], 'DE', 'Organic' FROM generate_series(1, 50) AS i;
INSERT INTO acme.subscriptions
SELECT 'S' || i, 'C' || 1 + i % 55, (ARRAY['Basic', 'Pro'])[1 + kept.draw('plan' || i, 2)], s.day, CASE kept.draw('ends' || i, 3) WHEN 0 THEN s.day + 1 + kept.draw('end' || i, 400) END,
       5 + kept.draw('price' || i, 40), CASE WHEN k = 2 THEN 'past_due' WHEN k = 3 THEN 'unpaid' ELSE 'active' END, CASE k WHEN 1 THEN s.day + 14 END,
       CASE k WHEN 4 THEN s.day + 40 WHEN 5 THEN s.day + 60 END, CASE k WHEN 4 THEN s.day + 90 END, CASE WHEN k IN (2, 3) THEN s.day + 30 END,
       CASE k WHEN 6 THEN date '2024-01-20' + kept.draw('cancel' || i, 400) END, CASE WHEN k IN (6, 7) THEN s.day + 10 END, (ARRAY['month', 'year'])[1 + kept.draw('unit' || i, 2)], 1 + kept.draw('count' || i, 3),
       CASE WHEN k > 5 THEN 10 * (k - 5) END, CASE WHEN k > 6 THEN s.day + 100 END
  FROM generate_series(1, 130) AS i, LATERAL (SELECT kept.day('start' || i) AS day, kept.draw('kind' || i, 9) AS k) AS s;
INSERT INTO acme.subscriptions SELECT 'A' || i, 'C' || 2 * i, 'Pro', date '2024-03-01' + 20 * i, NULL, 70 + i, 'active' FROM generate_series(1, 9) AS i;
-- those that changes are about: whatever the seed, each is in force and counts
INSERT INTO acme.subscriptions SELECT 'F' || i, 'C' || i, 'Basic', date '2022-12-01' + i, NULL, 20 + i, 'active', NULL, NULL, NULL, NULL, NULL, NULL, 'year', 1 FROM generate_series(1, 30) AS i;
INSERT INTO acme.payments
SELECT 'P' || i, nullif('C' || kept.draw('payer' || i, 55), 'C0'), kept.day('paid' || i), 5 + kept.draw('amount' || i, 40), (ARRAY['Success', 'Success', 'Failed'])[1 + kept.draw('status' || i, 3)]
  FROM generate_series(1, 250) AS i;
INSERT INTO acme.costs SELECT to_char(m, 'YYYY-MM'), 100 + kept.draw('marketing' || m, 50), 40, 20 FROM generate_series(timestamp '2022-01-01', '2023-12-01', '1 month') AS m;
END

# What a run changes before it refreshes; # stands for its number.  A plain
# company comes first: it has no ledgers until it compares policies.
my @runs = (
    [ 'nothing', '' ],
    [ 'another policy compared', "UPDATE acme.kpi_policies SET is_used = true WHERE policy = 'stripe'" ],
    [ 'a pause', "UPDATE acme.subscriptions SET paused_from = '2023-06-10', resumes_on = '2023-08-02' WHERE subscription_id = 'F#'" ],
    [ 'a trial', "UPDATE acme.subscriptions SET trial_end = start_date + 30 WHERE subscription_id = 'F#'" ],
    [ 'a discount', "UPDATE acme.subscriptions SET discount_percent = 25, discount_until = '2023-09-09' WHERE subscription_id = 'F#'" ],
    [ 'a discount that the policy in force does not see', "UPDATE acme.subscriptions SET discount_percent = 100, discount_until = start_date + 3 WHERE subscription_id = 'F#'; UPDATE acme.kpi_policies SET is_used = true WHERE policy = 'chartmogul'" ],
    [ 'another status', "UPDATE acme.subscriptions SET status = 'past_due', past_due_since = '2024-01-05' WHERE subscription_id = 'F#'" ],
    [ 'notice', "UPDATE acme.subscriptions SET canceled_on = '2024-01-10', cancel_at = '2024-05-05' WHERE subscription_id = 'F#'" ],
    [ 'nothing', '' ],
    [ 'deleted rows', "DELETE FROM acme.subscriptions WHERE subscription_id IN ('F#', 'A3', 'A4')" ],
    [ 'a changed policy', "UPDATE acme.kpi_policies SET pauses = 'churn', past_due_days = 5, version = 2 WHERE policy = 'stripe'" ],
    [ 'a later day', "UPDATE acme.kpi_settings SET as_of = '2024-02-20'" ],
    [ 'costs', "UPDATE acme.costs SET infra_cost = 55.5 WHERE month = '2023-05'; DELETE FROM acme.costs WHERE month = '2023-07'; INSERT INTO acme.costs VALUES ('2024-01', 130, 41, 22)" ],
    [ 'signed', "INSERT INTO acme.subscriptions VALUES ('new#', 'new#', 'Pro', '2024-04-01', '2024-08-01', 210, 'active')" ],
    [ 'a failure', "INSERT INTO acme.payments SELECT 'much', 'x' || i, '2023-03-03', 900000000000000, 'Success' FROM generate_series(1, 2) AS i" ],
    [ 'its end', "DELETE FROM acme.payments WHERE payment_id = 'much'" ],
    [ 'another policy in force', "UPDATE acme.kpi_settings SET mrr_policy = 'stripe'" ],
    [ 'what a word means', "UPDATE acme.kpi_subscription_statuses SET meaning = 'ignore' WHERE status = 'unpaid'" ],
    [ 'all made anew', "CALL saaskpi.drop_views('acme'); UPDATE acme.subscriptions SET status = 'paused', paused_from = '2023-11-11' WHERE subscription_id = 'F#'; DELETE FROM acme.subscriptions WHERE subscription_id = 'A5'; CALL saaskpi.create_views('acme')" ],
    [ 'an earlier day', "UPDATE acme.kpi_settings SET as_of = '2023-11-30'" ],
    [ 'a policy gone', "UPDATE acme.kpi_settings SET mrr_policy = 'house', as_of = '2024-03-15'; DELETE FROM acme.kpi_policies WHERE policy = 'stripe'" ],
    [ 'no policies compared', "UPDATE acme.kpi_policies SET is_used = false WHERE policy <> 'house'" ],
    [ 'a customer gone', join '; ', map { "DELETE FROM acme.$_ WHERE customer_id = 'C7'" } qw(customers subscriptions payments) ],
    [ 'a setting', 'UPDATE acme.kpi_settings SET ends_inclusive = true, ltv_horizon_months = 24; DELETE FROM acme.kpi_ltv_bounds WHERE bound = 500' ],
    [ 'no billing any more', 'ALTER TABLE acme.subscriptions DROP COLUMN status, DROP COLUMN trial_end, DROP COLUMN paused_from, DROP COLUMN resumes_on, DROP COLUMN past_due_since, DROP COLUMN cancel_at, DROP COLUMN canceled_on, DROP COLUMN discount_percent' ],
    [ 'no costs any more', "DELETE FROM acme.costs" ]);

sql($node, "CALL saaskpi.create_views('acme'); UPDATE acme.kpi_settings SET as_of = '2024-01-20'");
my @relations = split /\n/, sql($node, "SELECT r.relation FROM saaskpi_internal.relations AS r JOIN acme.kpi_manifest AS m USING (relation)"
      . " WHERE m.status = 'made' AND r.relation <> ALL ('{" . join(',', @refused) . "}') AND saaskpi_internal.needs_of(r.relation)::text ~ 'customers|subscriptions|payments|costs' ORDER BY r.ordinal");
my $number = 0;
my @published;
for my $run (@runs)
{
    $number++;
    (my $statements = $run->[1]) =~ s/#/$number/g;
    sql($node, $statements) if $statements;
    if ($run->[0] eq 'a failure')
    {
        is(state_of($node, "CALL saaskpi.refresh('acme')"), '22003', "run $number fails");
        next;
    }
    push @published, $number;
    sql($node, "CALL saaskpi.refresh('acme'); " . join ' ', map { "CREATE TABLE kept.${_}_$number AS SELECT * FROM acme.$_;" } @relations);
}

# Every relation of every run, and nothing but what it published; what takes
# long of every fourth.
sub differences
{
    my $difference = <<'END';
SELECT '%2$s %1$s', count(*) FROM (SELECT r::text, row_number() OVER (PARTITION BY r::text) FROM kept.%1$s_%2$s AS r) AS a (row, n)
  FULL JOIN (SELECT r::text, row_number() OVER (PARTITION BY r::text) FROM saaskpi.rows_as_of(NULL::acme.%1$s, run => %2$s) AS r) AS b (row, n) USING (row, n)
 WHERE a IS NULL OR b IS NULL HAVING count(*) > 0
END
    my @differences;
    for my $run (@published)
    {
        push @differences, sql($node, join 'UNION ALL ', map { sprintf($difference, $_, $run) } grep { $run % 4 == 1 || $run == 27 || !/^kpi_ltv(_distribution)?$/ } @relations);
    }
    return join "\n", grep { $_ ne '' } @differences;
}
is(differences(), '', scalar(@relations) . ' relations of ' . scalar(@published) . ' runs can be had again, to the byte');

# All of them were at stake.
sub versions
{
    my ($relation) = @_;
    return sql($node, 'SELECT count(DISTINCT md5) FROM (' . join(' UNION ALL ', map { "SELECT md5(string_agg(r::text, '' ORDER BY r::text COLLATE \"C\")) FROM kept.${relation}_$_ AS r" } @published) . ') AS q');
}
my %least = (kpi_mrr_policies => 15, kpi_mrr_scheduled => 10, kpi_mrr_outlook => 10, kpi_margin_monthly => 10, kpi_series => 3, kpi_forecast_monthly => 13, kpi_anomalies => 10, kpi_seasonality => 8,
    kpi_model_performance => 10, kpi_ltv => 10, kpi_ltv_distribution => 8, kpi_customers => 10);
cmp_ok(versions($_), '>=', $least{$_}, "$_ was published in many ways") for sort keys %least;
is(sql($node, "SELECT count(DISTINCT policy) FROM kept.kpi_mrr_policies_6"), '3', 'the waterfall under three policies');
isnt(sql($node, 'SELECT sum(pause) + sum(trial_mrr) + sum(discount) + sum(past_due_mrr) FROM kept.kpi_mrr_policies_10'), '0.00', 'with all that they are about');

# A policy that is not there any more has its rows of then.
is(sql($node, "SELECT count(*) FROM acme.kpi_mrr_policies WHERE policy = 'stripe'"), '0', 'a policy is gone');
cmp_ok(sql($node, "SELECT count(*) FROM saaskpi.rows_as_of(NULL::acme.kpi_mrr_policies, run => 14) WHERE policy = 'stripe' AND version = 2"), '>', 20, 'and what it said is not');

# A customer is forgotten in all that is kept, and all that was published is the
# same without her name.
my $others = join ' UNION ALL ', map { my $run = $_; map { "SELECT '$run $_', md5(string_agg(r::text, '' ORDER BY r::text COLLATE \"C\")) FROM saaskpi.rows_as_of(NULL::acme.$_, run => $run) AS r" } qw(kpi_mrr_policies kpi_mrr_outlook kpi_forecast_monthly) } 3, 8, 14;
my $before = sql($node, $others);
my $ledger = "SELECT count(ledger), sum(hashtextextended(ledger::text, 0)) FROM acme.kpi_customers_past WHERE customer_id = '%s'";
my $ledgers = sql($node, sprintf($ledger, 'C8'));
isnt((split /\|/, $ledgers)[0], '0', 'ledgers of a customer are kept');
isnt(sql($node, "SELECT count(*) FROM acme.kpi_mrr_scheduled_past WHERE customer_id = 'C8'"), '0', 'and what was scheduled of her');
sql($node, "CALL saaskpi.forget_customer('acme', 'C8', 'nobody')");
sql($node, "UPDATE acme.$_ SET customer_id = 'nobody' WHERE customer_id = 'C8'") for qw(customers subscriptions payments);
sql($node, "CALL saaskpi.refresh('acme')");
is(sql($node, "SELECT count(*) FROM (" . join(' UNION ALL ', map { "SELECT q::text FROM acme.$_ AS q" } qw(kpi_customers_mat kpi_customers_past kpi_mrr_scheduled_mat kpi_mrr_scheduled_past kpi_series_past kpi_margin_past kpi_restatements)) . ") AS q(q) WHERE q ~ '\\mC8\\M'"),
    '0', 'a forgotten customer is nowhere');
is(sql($node, sprintf($ledger, 'nobody')), $ledgers, 'her ledgers are those of a pseudonym');
is(sql($node, $others), $before, 'and what was published is the same');

# What cannot be had is refused, with the reason and with what to do.
for my $wrong ([ 'kpi_mrr_reported', 'kpi_mrr_reported reads tables of the schema' ], [ 'kpi_subscriptions_monthly', 'It is made from the rows of subscriptions, and those that change or go are not kept\.' ], [ 'kpi_settings', 'kpi_settings is of the schema itself' ])
{
    my ($error, @more) = sql_error($node, "SELECT * FROM saaskpi.rows_as_of(NULL::acme.$wrong->[0], run => 5)");
    like($error, qr/^0A000: $wrong->[0] of schema "acme" cannot be had as it was/, "$wrong->[0] is refused");
    like("@more", qr/$wrong->[1]/, 'which says why');
    my ($statement) = "@more" =~ /(CREATE TABLE .* AS k)$/m;
    sql($node, $statement);
    is(sql($node, "SELECT min(run_id) FROM $wrong->[0]_kept"), sql($node, "SELECT CASE WHEN count(*) > 0 THEN (SELECT max(run_id)::text FROM acme.kpi_refresh_log) ELSE '' END FROM acme.$wrong->[0]"), 'and can be kept as it says');
}
like(scalar sql_error($node, 'SELECT * FROM saaskpi.rows_as_of(NULL::acme.customers, run => 5)'), qr/^0A000: customers of schema "acme" is no kpi relation/, 'sources are no relations');

# A schema in which a version before kept customers alone, and no ledgers.
sql($node, <<'END');
DROP VIEW acme.kpi_status;
ALTER TABLE acme.kpi_customers_past DROP COLUMN ledger;
ALTER TABLE acme.kpi_refresh_log DROP COLUMN source_columns;
ALTER TABLE acme.kpi_manifest DROP COLUMN kept_from;
DROP TABLE acme.kpi_mrr_scheduled_past, acme.kpi_series_past, acme.kpi_margin_past;
END
like(scalar sql_error($node, 'SELECT * FROM saaskpi.rows_as_of(NULL::acme.kpi_mrr_monthly, run => 5)'), qr/^55000: schema "acme" lacks what this version of saaskpi keeps in it/, 'such a schema is to be brought up to date');
sql($node, "CALL saaskpi.create_views('acme'); DELETE FROM acme.subscriptions WHERE subscription_id IN ('A6', 'F12', 'F13'); INSERT INTO acme.costs VALUES ('2024-02', 1, 2, 3)");
sql($node, join ' ', map { "CREATE TABLE kept.${_}_27 AS SELECT * FROM acme.$_;" } @relations);
sql($node, "CALL saaskpi.refresh('acme')");
for my $old ([ kpi_mrr_policies => 'Run 14 was of a version that did not note which columns subscriptions had' ], [ kpi_mrr_outlook => 'What kpi_mrr_scheduled was is kept since publication \d+, that of run 14 was 14' ],
    [ kpi_forecast_monthly => 'What kpi_series was is kept since publication' ], [ kpi_margin_monthly => 'What kpi_margin_monthly was is kept since publication' ])
{
    my ($error, @more) = sql_error($node, "SELECT * FROM saaskpi.rows_as_of(NULL::acme.$old->[0], run => 14)");
    like($error, qr/^0A000: $old->[0] of schema "acme" cannot be had as it was/, "$old->[0] of a run of the version before is refused");
    like("@more", qr/$old->[1]/, 'by name');
}
is(sql($node, "SELECT md5(string_agg(r::text, '' ORDER BY period)) FROM saaskpi.rows_as_of(NULL::acme.kpi_mrr_monthly, run => 14) AS r"),
    sql($node, "SELECT md5(string_agg(r::text, '' ORDER BY period)) FROM kept.kpi_mrr_monthly_14 AS r"), 'the waterfall is not');
@published = (27);
@relations = grep { $_ ne 'kpi_mrr_policies' } @relations;
is(differences(), '', 'the last run before can be had');

# Of other sources nothing is kept; but what had no rows has none.
sql($node, "INSERT INTO acme.orders (order_id, customer_id, ordered_at, status) VALUES ('O1', 'C1', '2024-01-03', 'paid'); CALL saaskpi.refresh('acme')");
is(sql($node, 'SELECT count(*) FROM saaskpi.rows_as_of(NULL::acme.kpi_buyers, run => 28)'), '0', 'nobody had bought');
my ($error, @more) = sql_error($node, 'SELECT * FROM saaskpi.rows_as_of(NULL::acme.kpi_buyers, run => 29)');
like($error, qr/^0A000: kpi_buyers of schema "acme" cannot be had as it was/, 'what is made of orders is refused');
like("@more", qr/It is made from the rows of (orders|order_lines|customers), and those that change or go are not kept\./, 'which says why');
is(sql($node, "SELECT count(*) > 0 FROM saaskpi.rows_as_of(NULL::acme.kpi_forecast_monthly, run => 29) WHERE metric = 'mrr'"), 't', 'forecasts are not');

end_of_test($node);
