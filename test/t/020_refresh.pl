#!/usr/bin/perl
# A refresh publishes everything or nothing, whatever happens to it: bad data,
# broken identities, cancels, kills, crashes.  Without new data it rewrites
# nothing; readers never wait and always see one state of the world.
#
#   REFRESH_KILLS  rounds of kills, 10 unless told
#   REFRESH_SEED   seed of the moments of the kills
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use SaaskpiTest;
use Test::More;
use List::Util qw(max min);
use Time::HiRes qw(sleep time);

my $kills = $ENV{REFRESH_KILLS} || 10;
my $seed = $ENV{REFRESH_SEED} || time() % 100000;
srand($seed);
note("REFRESH_SEED=$seed");

my $node = new_node('refresh', conf => <<'END');
fsync = on
recovery_init_sync_method = syncfs
restart_after_crash = on
max_worker_processes = 4
END

# Customers without keys or checks, so that bad rows get in.
load_company($node, 'acme', customers => 1500, months => 30, checked => 0);
my $one = sql($node, <<'END');
SELECT payment_id FROM acme.payments WHERE payment_status = 'Success'
   AND payment_date BETWEEN '2022-03-01' AND '2022-03-31'
 ORDER BY payment_id COLLATE "C" LIMIT 1
END

my $whole = 'SELECT md5(string_agg(f, \',\' ORDER BY f COLLATE "C")) FROM (' . join(' UNION ALL ',
    map { "(SELECT '$_ ' || count(*) || coalesce(md5(string_agg(r::text, E'\\n'"
        . " ORDER BY r::text COLLATE \"C\")), '') FROM acme.$_ AS r)" }
      mats($node)) . ') AS q(f)';

sub published { return sql($node, $whole); }

sub refresh { return sql($node, "CALL saaskpi.refresh('acme')"); }

sub last_run
{
    return sql($node, 'SELECT status, message FROM acme.kpi_refresh_log'
        . ' ORDER BY run_id DESC LIMIT 1');
}

# The first fill.
is(state_of($node, "CALL saaskpi.refresh('acme')"), '42P01',
    'refresh before create_views is refused');
make_views($node, 'acme', as_of => '2023-06-15', unfilled => 1);
is(sql($node, 'SELECT sum(n) FROM (' . join(' UNION ALL ',
        map { "SELECT count(*) AS n FROM acme.$_" } relations($node)) . ') AS q'),
    '0', 'before the first refresh every relation can be read and is empty');
refresh();
is(last_run(), 'ok|', 'the first refresh fills and is logged');
is(sql($node, <<'END'), "t|t|t|t|t|t", 'the log row is complete');
SELECT l.as_of = '2023-06-15', l.seconds > 0, l.finished_at >= l.started_at,
       l.customers = (SELECT count(*) FROM acme.kpi_customers), l.skipped_payments = 0,
       (SELECT count(*) FROM acme.kpi_refresh_steps AS s WHERE s.run_id = l.run_id) = (SELECT count(*) FROM acme.kpi_manifest WHERE status = 'made' AND to_regclass('acme.' || relation || '_mat') IS NOT NULL)
  FROM acme.kpi_refresh_log AS l
END
is(sql($node, 'SELECT count(*) FROM acme.kpi_refresh_steps AS s'
    . ' WHERE s.rows IS NULL OR s.milliseconds IS NULL'), '0',
    'each step has rows and a duration');

# Nothing is rewritten without new data: where each row lies and who wrote it.
sub remember
{
    my ($table) = @_;
    sql($node, "SET client_min_messages = warning; DROP TABLE IF EXISTS $table; CREATE TABLE $table AS "
        . join ' UNION ALL ', map { "SELECT '$_' AS relation, ctid::text AS place, "
            . "xmin::text AS writer FROM acme.$_" } mats($node));
    return;
}

remember('before');
refresh();
refresh();
remember('after');
is(sql($node, 'SELECT count(*) FROM (TABLE before EXCEPT TABLE after) AS q'),
    '0', 'two refreshes without new data rewrite no row');
cmp_ok(sql($node, 'SELECT count(*) FROM after'), '>', 1500,
    'of the thousands there are');

# One payment changes: only what it touches.
my $old = published();
my $raise = "UPDATE acme.payments SET amount = amount + 100"
  . " WHERE payment_id = '$one'";
my $lower = "UPDATE acme.payments SET amount = amount - 100"
  . " WHERE payment_id = '$one'";
sql($node, $raise);
refresh();
my $new = published();
isnt($new, $old, 'a changed payment changes what is published');
remember('after');
my %changed = map { split /\|/ } split /\n/, sql($node, <<'END');
SELECT relation, count(*) FROM (TABLE after EXCEPT TABLE before) AS q GROUP BY 1
END
is_deeply([ map { $changed{$_} // 0 } qw(kpi_customers_mat kpi_summaries_mat
    kpi_mrr_monthly_mat kpi_mrr_monthly_by_mat kpi_mrr_movements_mat
    kpi_conversion_mat kpi_cash_bridge_monthly_mat) ],
    [ 1, 1, 0, 0, 0, 0, 1 ],
    'one customer, one summary, one month of the bridge, no movement');
cmp_ok($changed{kpi_revenue_monthly_mat}, '<=', 3,
    'of revenue the month, the next and the same a year later at most');
cmp_ok($changed{kpi_margin_monthly_mat}, '==', 1, 'of margin the month');
cmp_ok($changed{kpi_cohort_retention_mat}, '<=', 31,
    'of retention one cohort at most');
sql($node, $lower);
refresh();
is(published(), $old, 'and changed back everything is as before');

# What a refresh passes over, since nothing it reads has changed, is what a
# whole run computes; and a whole run is any after one that failed.
sub ask_for_whole_run
{
    return sql($node, "UPDATE acme.kpi_refresh_log SET status = 'failed'"
        . ' WHERE run_id = (SELECT max(run_id) FROM acme.kpi_refresh_log)');
}

sub whole_run
{
    ask_for_whole_run();
    refresh();
    return published();
}

my %changes = (
    'a cost' => 'UPDATE acme.costs SET infra_cost = infra_cost + 1'
      . " WHERE month = '2022-05'",
    'a price' => 'UPDATE acme.subscriptions SET monthly_price = monthly_price + 1'
      . ' WHERE subscription_id = (SELECT min(subscription_id) FROM acme.subscriptions)',
    'a segment' => "UPDATE acme.customers SET segment = 'Moved'"
      . ' WHERE customer_id = (SELECT min(customer_id) FROM acme.customers)',
    'a customer' => 'DELETE FROM acme.customers'
      . ' WHERE customer_id = (SELECT max(customer_id) FROM acme.customers)',
    'a date' => "UPDATE acme.kpi_settings SET as_of = '2023-06-20'",
    'a setting' => 'UPDATE acme.kpi_settings SET conversion_days = 7',
    'a status' => "UPDATE acme.kpi_payment_statuses SET meaning = 'ignore'"
      . " WHERE status = 'failed'",
    'an unknown status' => "UPDATE acme.payments SET payment_status = 'Uncollectible'"
      . " WHERE payment_id = '$one'");
for my $change (sort keys %changes)
{
    sql($node, 'CREATE SCHEMA kept; '
        . join '', map { "CREATE TABLE kept.$_ AS TABLE acme.$_; " }
          qw(customers subscriptions payments costs kpi_settings kpi_payment_statuses));
    sql($node, $changes{$change});
    refresh();
    my $changed = published();
    isnt($changed, $old, "$change changes what is published")
      if $change ne 'a status';
    is(whole_run(), $changed, "$change: a whole run computes the same");
    sql($node, join '', map { "TRUNCATE acme.$_; INSERT INTO acme.$_ SELECT * FROM kept.$_; " }
          qw(customers subscriptions payments costs kpi_settings kpi_payment_statuses));
    sql($node, 'SET client_min_messages = warning; DROP SCHEMA kept CASCADE');
    refresh();
    is(published(), $old, "$change taken back: everything is as before");
}
# A run that waited has a smaller number than one that ended before it began:
# what it finds was made by the latter, whose date is another.
for my $turn ([ 1000, '2023-06-15' ], [ 3000, '2023-06-20' ], [ 2000, '2023-06-15' ])
{
    sql($node, "ALTER TABLE acme.kpi_refresh_log ALTER run_id RESTART WITH $turn->[0];"
        . " UPDATE acme.kpi_settings SET as_of = '$turn->[1]'");
    refresh();
}
is(published(), $old, 'what counts is the run that ended last');
sql($node, 'ALTER TABLE acme.kpi_refresh_log ALTER run_id RESTART WITH 4000');

my $damage = 'UPDATE acme.kpi_model_performance_mat SET mae = mae + 1';
sql($node, $damage);
refresh();
isnt(published(), $old, 'what reads nothing that changed is not computed');
is(whole_run(), $old, 'but after a run that failed');

my $right = sql($node, 'SELECT sum(mae) FROM acme.kpi_model_performance');
sql($node, "$damage; UPDATE acme.kpi_settings SET conversion_days = 7");
refresh();
isnt(sql($node, 'SELECT sum(mae) FROM acme.kpi_model_performance'), $right,
    'nor is what does not read the setting that changed');
sql($node, 'UPDATE acme.kpi_settings SET conversion_days = DEFAULT');
is(whole_run(), $old, 'and changed back everything is as before');

# What fails leaves everything as it was, says why, and heals.
sub fails
{
    my ($what, $break, $state, $reason, $mend, $settings) = @_;
    my $views = "SELECT md5(string_agg(definition, '' ORDER BY viewname)),"
      . " (SELECT effective_as_of FROM acme.kpi_settings)"
      . " FROM pg_views WHERE schemaname = 'acme' AND viewname LIKE 'kpi\\_%'";
    my $defined = sql($node, $views);
    my $runs = sql($node, 'SELECT count(*) FROM acme.kpi_refresh_steps');
    # a new date too, which a failure must not let through
    sql($node, "UPDATE acme.kpi_settings SET as_of = '2023-06-20'; $break");
    my $error = sql_error($node,
        ($settings // '') . "CALL saaskpi.refresh('acme')");
    like($error, qr/^$state: .*$reason/, "$what: the error says so");
    like(last_run(), qr/^failed\|.*$reason/, "$what: the log says so");
    is(published(), $old, "$what: the numbers are the old ones");
    is(sql($node, 'SELECT count(*) FROM acme.kpi_refresh_steps'), $runs,
        "$what: no step is logged for what was not published");
    sql($node, $mend);
    sql($node, "UPDATE acme.kpi_settings SET as_of = '2023-06-15'");
    is(sql($node, $views), $defined, "$what: date and inputs are the old ones");
    refresh();
    is(last_run(), 'ok|', "$what: mended, the next run succeeds");
    is(published(), $old, "$what: with the same numbers");
    return;
}

my $take_back = "DELETE FROM acme.subscriptions WHERE subscription_id LIKE 'bad%';"
  . "DELETE FROM acme.payments WHERE payment_id LIKE 'bad%';";
# One row never stops the rest: a price of a year by 12 is rounded, and what
# no state can hold is left out and counted.
sql($node, "INSERT INTO acme.subscriptions VALUES"
    . " ('bad', 'x', 'Pro', '2022-01-01', NULL, 99999 / 100.0 / 12),"
    . " ('bad2', 'y', 'Pro', '2022-01-01', NULL, 0.00005),"
    . " ('bad3', 'z', 'Pro', '2022-01-01', NULL, 1e30);"
    . "INSERT INTO acme.payments VALUES"
    . " ('bad', 'x', '2022-01-01', 99999 / 100.0 / 12, 'Success'),"
    . " ('bad2', 'x', '2022-02-01', 922337203685477.5808, 'Success'),"
    . " ('bad3', 'x', '2022-03-01', 'NaN', 'Success')");
refresh();
is(last_run(), 'ok|', 'prices of many decimals and beyond all bounds: the refresh succeeds');
is(sql($node, 'SELECT skipped_subscriptions - lag(skipped_subscriptions) OVER w,'
    . ' skipped_payments - lag(skipped_payments) OVER w FROM acme.kpi_refresh_log'
    . ' WINDOW w AS (ORDER BY run_id) ORDER BY run_id DESC LIMIT 1'),
    '1|2', 'and counts what it left out');
sql($node, $take_back);
refresh();
is(published(), $old, 'and taken back everything is as before');
fails('a total too large', "INSERT INTO acme.payments SELECT 'bad' || i,"
    . " 'x' || i, '2022-01-01', 900000000000000, 'Success'"
    . " FROM generate_series(1, 2) AS i", '22003', 'sum does not fit 64 bits', $take_back);

# A source that answers differently each time it is read breaks an identity.
sql($node, 'CREATE SEQUENCE acme.reads');
fails('a broken identity', <<'END',
ALTER TABLE acme.subscriptions RENAME TO subscriptions_kept;
CREATE VIEW acme.subscriptions AS
SELECT subscription_id, customer_id, plan_type, start_date, end_date,
       monthly_price + nextval('acme.reads') % 10007 AS monthly_price
  FROM acme.subscriptions_kept;
END
    '22000', 'identity \w+ does not hold', <<'END');
DROP VIEW acme.subscriptions;
ALTER TABLE acme.subscriptions_kept RENAME TO subscriptions
END

# Nothing keeps an application from altering its tables; the refresh says what
# is gone, and the numbers stay.
fails('a missing column', <<'END', '42P01', 'sources are gone', <<'END');
CREATE TABLE public.amounts AS SELECT payment_id, amount FROM acme.payments;
ALTER TABLE acme.payments DROP COLUMN amount;
END
ALTER TABLE acme.payments ADD COLUMN amount numeric;
UPDATE acme.payments AS p SET amount = a.amount FROM public.amounts AS a WHERE a.payment_id = p.payment_id;
END

# Cancels.
my $began = time();
refresh();
my $seconds = time() - $began;
note(sprintf('a refresh takes %.2f s', $seconds));
sql($node, $raise);

for my $part (0.2, 0.5, 0.8)
{
    my ($error, $hint) = sql_error($node, sprintf(
        'SET statement_timeout = %d; CALL saaskpi.refresh(\'acme\')',
        $seconds * 1000 * $part));
    if ($error eq '')
    {
        is(published(), $new, 'faster than the timeout: the new numbers');
        sql($node, $lower);
        refresh();
        sql($node, $raise);
        next;
    }
    like($error, qr/^57014: .*statement timeout/, "timed out at $part");
    is($hint, "Give it more time: SET statement_timeout = 0; CALL saaskpi.refresh('acme')",
        'with a hint to paste');
    like(last_run(), qr/^failed\|.*statement timeout/, 'the log says so');
    is(published(), $old, 'and the numbers are the old ones');
}

sub victim
{
    my $session = start_sql($node, "CALL saaskpi.refresh('acme');",
        name => 'victim');
    wait_until($node, "SELECT count(*) > 0 FROM pg_stat_activity"
        . " WHERE application_name = 'victim' AND state = 'active'"
        . " AND query LIKE 'CALL%'");
    return $session;
}

# Whether a session is there and waits for a lock, of this kind if told.
sub is_held_up
{
    my ($name, $event) = @_;
    return wait_until($node, "SELECT count(*) > 0 FROM pg_stat_activity"
        . " WHERE application_name = '$name' AND wait_event_type = 'Lock'"
        . ($event ? " AND wait_event = '$event'" : ''));
}

sub cancel
{
    my ($name) = @_;
    return sql($node, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
        . " WHERE application_name = '$name'");
}

# Held up by a lock, so that the moment is certain.
my $holder = $node->background_psql('postgres');
my $hold = 'BEGIN; LOCK TABLE acme.kpi_mrr_monthly_mat IN SHARE ROW EXCLUSIVE MODE;';
$holder->query_safe($hold);
my $victim = victim();
ok(is_held_up('victim'), 'a refresh waits for a relation');
is(last_run(), 'running|', 'the log says that it runs');

# Meanwhile: nobody else is held up.
is(sql($node, "SET lock_timeout = '500ms'; $whole"), $old,
    'readers read on, and see the old numbers');
is(state_of($node, "SET lock_timeout = '500ms'; UPDATE acme.payments"
    . " SET amount = amount WHERE payment_id = '$one'"), '',
    'writers write on');
my ($error, $hint) = sql_error($node, "CALL saaskpi.refresh('acme')");
like($error, qr/^55006: another refresh of schema "acme" is running/,
    'a second refresh is refused');
like($hint, qr/kpi_refresh_log/, 'with a hint where to look');
like(last_run(), qr/^failed\|another refresh/, 'and logged');
is(sql($node, "SELECT count(*) FROM acme.kpi_refresh_log WHERE status = 'running'"),
    '1', 'while the first still counts as running');
my $runs = sql($node, 'SELECT count(*) FROM acme.kpi_refresh_log');
is(sql_error($node, "CALL saaskpi.refresh('acme', when_busy => 'skip')"), '',
    'one that is to skip leaves it at that');
is(sql($node, 'SELECT count(*) FROM acme.kpi_refresh_log'), $runs,
    'without a trace in the log');
like(scalar sql_error($node, "CALL saaskpi.refresh('acme', when_busy => 'perhaps')"),
    qr/^22023: unknown value of when_busy: "perhaps"/, 'other words are refused');

# One that is to wait can be cancelled; another waits on.
my $waiting = start_sql($node, "CALL saaskpi.refresh('acme', when_busy => 'wait')",
    name => 'waiting');
ok(is_held_up('waiting', 'relation'), 'one that is to wait waits');
cancel('waiting');
my (undef, $said) = finish_sql($waiting);
like($said, qr/57014: canceling statement due to user request/,
    'and can be cancelled');
like(last_run(), qr/^failed\|.*user request/, 'which is logged');
$waiting = start_sql($node, "CALL saaskpi.refresh('acme', when_busy => 'wait')",
    name => 'waiting');
is_held_up('waiting', 'relation');

# A log that cannot be written for a while, and more cancels meanwhile.
my $keeper = $node->background_psql('postgres');
$keeper->query_safe("BEGIN; SELECT run_id FROM acme.kpi_refresh_log"
    . " WHERE status = 'running' ORDER BY run_id LIMIT 1 FOR NO KEY UPDATE;");
cancel('victim');
ok(is_held_up('victim', 'transactionid'), 'cancelled, it waits to write the log');
cancel('victim') for 1 .. 3;
ok(is_held_up('victim', 'transactionid'), 'cancelled again it still does');
$keeper->query_safe('COMMIT;');
$keeper->quit;
(undef, $said) = finish_sql($victim);
like($said, qr/57014: canceling statement due to user request/,
    'cancelled, it says so');
is(sql($node, "SELECT count(*) FROM acme.kpi_refresh_log"
    . " WHERE status = 'failed' AND message LIKE '%user request%'"), '2',
    'the log too');
is(published(), $old, 'and the numbers are the old ones');
$holder->query_safe('COMMIT;');
(undef, $said) = finish_sql($waiting);
is($said, '', 'the one that waited has its turn');
is(last_run(), 'ok|', 'and succeeds');
is(published(), $new, 'with what was new meanwhile');

ask_for_whole_run();
$holder->query_safe($hold);
$victim = victim();
is_held_up('victim');
sql($node, "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    . " WHERE application_name = 'victim'");
finish_sql($victim);
is(last_run(), 'running|', 'terminated it leaves the row that it began');
$holder->query_safe('COMMIT;');
$holder->quit;
refresh();
is(sql($node, "SELECT count(*) FROM acme.kpi_refresh_log WHERE status = 'failed'"
    . " AND message = 'the session ended before the refresh did'"), '1',
    'which the next run marks as failed');
is(published(), $new, 'and publishes the new numbers');

# Where it can be called.
($error, $hint) =
  sql_error($node, "BEGIN; CALL saaskpi.refresh('acme'); COMMIT;");
like($error, qr/^25001: refresh cannot run inside a transaction block/,
    'inside a transaction block it is refused');
like($hint, qr/CALL saaskpi\.refresh\('acme'\)/, 'with a hint');
is(state_of($node, "SELECT 1 \\; CALL saaskpi.refresh('acme');"), '25001',
    'so it is in one message with other statements');
sql($node, "CREATE FUNCTION public.wrapped() RETURNS void LANGUAGE plpgsql"
    . " AS 'BEGIN CALL saaskpi.refresh(''acme''); END'");
is(state_of($node, 'SELECT public.wrapped()'), '25001',
    'in a function it cannot commit');
is(state_of($node, "DO 'BEGIN CALL saaskpi.refresh(''acme'');"
    . " EXCEPTION WHEN division_by_zero THEN NULL; END'"), '25001',
    'nor where an error would be caught');
is(state_of($node, "DO 'BEGIN CALL saaskpi.refresh(''acme''); END'"), '',
    'in a DO block it can');
is(published(), $new, 'and nothing changed');
is(sql($node, "SELECT count(*) FROM acme.kpi_refresh_log WHERE status = 'running'"),
    '0', 'no run is left running');

# Whoever has no right to write the manifest cannot hold up a refresh.
sql($node, 'CREATE ROLE nosy LOGIN; GRANT USAGE ON SCHEMA acme TO nosy;'
    . 'GRANT SELECT ON ALL TABLES IN SCHEMA acme TO nosy');
for my $mode ('ROW SHARE', 'SHARE UPDATE EXCLUSIVE', 'SHARE', 'ACCESS EXCLUSIVE')
{
    is(state_of($node, "SET ROLE nosy; BEGIN; LOCK TABLE acme.kpi_manifest IN $mode MODE"),
        '42501', "a reader cannot lock the manifest: $mode");
}
my $reader = $node->background_psql('postgres');
$reader->query_safe('SET ROLE nosy; BEGIN; LOCK TABLE acme.kpi_manifest IN ACCESS SHARE MODE;'
    . join '', map { "SELECT count(*) FROM acme.$_;" } relations($node));
is(sql_error($node, "SET lock_timeout = '2s'; CALL saaskpi.refresh('acme')"), '',
    'what she can lock holds up nothing');
$reader->query_safe('COMMIT;');
$reader->quit;

# Rows that go are told to subscribers by their key.
sql($node, "CREATE TABLE public.left_behind AS SELECT * FROM acme.payments WHERE customer_id ="
    . " (SELECT customer_id FROM acme.payments WHERE payment_id = '$one');"
    . "DELETE FROM acme.payments WHERE payment_id IN (SELECT payment_id FROM public.left_behind);"
    . 'SET client_min_messages = error; CREATE PUBLICATION everything FOR ALL TABLES');
is(sql_error($node, "CALL saaskpi.refresh('acme')"), '',
    'a publication of all tables does not keep a refresh from deleting rows');
isnt(published(), $new, 'and it did');
sql($node, 'DROP PUBLICATION everything; INSERT INTO acme.payments SELECT * FROM public.left_behind');
refresh();
is(published(), $new, 'and undid it');

# Unusable rows are counted.
sql($node, <<'END');
INSERT INTO acme.subscriptions VALUES ('bad', 'x', 'Pro', '2022-02-01', '2022-01-01', 5);
INSERT INTO acme.payments (payment_id, customer_id, payment_date, amount, payment_status)
VALUES ('bad1', 'x', '2022-01-01', 5, 'Perhaps'), ('bad2', 'x', NULL, 5, 'Success');
END
refresh();
is(sql($node, 'SELECT skipped_subscriptions, skipped_payments'
    . ' FROM acme.kpi_refresh_log ORDER BY run_id DESC LIMIT 1'), '1|2',
    'rows that cannot count are counted in the log');
sql($node, "$take_back");
refresh();
is(published(), $new, 'gone they leave no trace');

# Readers under load: each statement sees the old or the new, whole, at once.
sql($node, $lower);
refresh();
my $script = work_dir() . '/reader.sql';
PostgreSQL::Test::Utils::append_to_file($script,
    "SELECT 1 / (CASE WHEN ($whole) IN ('$old', '$new') THEN 1 ELSE 0 END);\n"
  . "SELECT 1 / (CASE WHEN (SELECT sum(mrr) FROM acme.kpi_customers) ="
  . " (SELECT closing FROM acme.kpi_mrr_monthly ORDER BY period DESC LIMIT 1)"
  . " THEN 1 ELSE 0 END);\n");
my ($pgbench_out, $pgbench_err) = ('', '');
{
    local $ENV{PGOPTIONS} = '-c lock_timeout=300ms';
    my $readers = IPC::Run::start([ 'pgbench', '-n', '-c', 2, '-T', 8,
            '-f', $script, '-h', $node->host, '-p', $node->port, 'postgres' ],
        '>', \$pgbench_out, '2>', \$pgbench_err);
    my $until = time() + 7;
    my $refreshes = 0;
    while (time() < $until)
    {
        sql($node, $refreshes++ % 2 ? $lower : $raise);
        refresh();
    }
    $readers->finish;
    is($readers->result(0), 0, "readers beside $refreshes refreshes: no failure")
      or diag($pgbench_err);
    my ($reads) = $pgbench_out =~ /transactions actually processed: (\d+)/;
    cmp_ok($reads // 0, '>', 5, 'and they did read: ' . ($reads // 0));
    like($pgbench_out, qr/failed transactions: 0 /, 'none was refused');
    sql($node, $lower) if $refreshes % 2;
    refresh();
    is(published(), $old, 'at the end the numbers are known again');
}

# Kills at random moments.
sub times_ready
{
    my @ready = slurp_log() =~ /ready to accept connections/g;
    return scalar @ready;
}

sub slurp_log { return PostgreSQL::Test::Utils::slurp_file($node->logfile); }

my ($finished, $torn, $untold) = (0, 0, 0);
my $now = $old;
for my $round (1 .. $kills)
{
    my $next = $now eq $old ? $new : $old;
    sql($node, $now eq $old ? $raise : $lower);
    my $before = sql($node, 'SELECT max(run_id) FROM acme.kpi_refresh_log');
    my $session = victim();
    my $pid = sql($node, "SELECT coalesce(max(pid), 0) FROM pg_stat_activity"
        . " WHERE application_name = 'victim'");
    sleep(rand($seconds * 1.1));
    if ($round % 2)
    {
        # every session dies with the killed one; back when the log says so
        my $ready = times_ready();
        my $killed = $pid && kill('KILL', $pid);
        finish_sql($session);
        for (1 .. ($killed ? 1200 : 0))
        {
            last if times_ready() > $ready;
            sleep(0.05);
        }
    }
    else
    {
        $node->stop('immediate');
        finish_sql($session);
        $node->start;
    }
    # the kill may come before the run is in the log
    my $is_ok = sql($node, "SELECT status = 'ok' AND run_id > $before"
        . ' FROM acme.kpi_refresh_log ORDER BY run_id DESC LIMIT 1') eq 't';
    my $got = published();
    $torn++ if $got ne $now && $got ne $next;
    $untold++ if $is_ok != ($got eq $next);
    $finished++ if $got eq $next;
    refresh();
    $untold++ if sql($node, "SELECT count(*) FROM acme.kpi_refresh_log"
        . " WHERE status = 'running'") ne '0';
    $torn++ if published() ne $next;
    $now = $next;
}
is($torn, 0, "$kills kills: always exactly old or exactly new, then new"
    . " ($finished had finished)");
is($untold, 0, 'and the log says each time which');
cmp_ok($finished, '<', $kills, 'some were killed in time');
is(sql($node, "SELECT string_agg(relname, ' ') FROM pg_class"
    . " WHERE relnamespace = 'acme'::regnamespace AND relname ~ '_(new|computed|beside|gone)'"),
    '', 'no table of a run is left');

SKIP:
{
    skip 'amcheck is not installed', 1
      if sql_error($node, 'CREATE EXTENSION amcheck') ne '';
    is(state_of($node, <<'END'), '', 'every index agrees with its relation');
SELECT bt_index_check(i.indexrelid, true) FROM pg_index AS i
  JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_class AS x ON x.oid = i.indexrelid
 WHERE c.relnamespace = 'acme'::regnamespace AND x.relkind = 'i'
END
}

# A vacuum has the same lock, and is none: it is waited for.
my $vacuum = $node->background_psql('postgres');
$vacuum->query_safe("SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1; SET application_name = 'vacuum'");
$vacuum->query_until(qr/begun/, "\\echo begun\nVACUUM acme.kpi_manifest;\n");
ok($node->poll_query_until('postgres', 'SELECT EXISTS (SELECT FROM pg_stat_progress_vacuum)'), 'somebody vacuums');
is(state_of($node, "CALL saaskpi.refresh('acme')"), '', 'a refresh meanwhile is made');
is(sql($node, 'SELECT count(*) FROM pg_stat_progress_vacuum'), '0', 'after the vacuum');
$vacuum->quit;

# A training that ends early, at whatever moment, leaves nothing: no model, no
# table beside, and of memory nothing that adds up.  A session remembers tables
# and plans, and how far it is told to go before it ends depends on the machine,
# so that it may learn some late; what a training leaves to the next to use again
# differs by some megabytes, so the least of five counts.  What adds up does so in
# every round of five, so one round that adds nothing tells; and what is freed
# goes back to the system at once.
$node->stop;
$ENV{MALLOC_TRIM_THRESHOLD_} = $ENV{MALLOC_MMAP_THRESHOLD_} = 128 * 1024;
$node->start;
{
    my $session = $node->background_psql('postgres', on_error_stop => 0);
    my $pid = $session->query('SET client_min_messages = error; SELECT pg_backend_pid()');
    my %train = (
        churn => "CALL saaskpi.train_churn('acme', horizon => 60, snapshots => 12, promote => false)",
        segment => "CALL saaskpi.train_segments('acme', promote => false)");
    for my $what (sort keys %train)
    {
        my $began = time();
        $session->query($train{$what}) for 1 .. 2;
        my $took = (time() - $began) / 2;
        my ($early, $worst, $grew, @least) = (0, 0, 0);

        # Trains, ends it early or not; what the session holds then, in kB.
        my $cut_short = sub
        {
            my $limit = int($took * $_[0] * 1000) + 1;
            my $models = sql($node, "SELECT count(*) FROM acme.kpi_${what}_models");
            my $started = time();
            $session->query("SET statement_timeout = $limit; $train{$what}; SET statement_timeout = 0;");
            $worst = max($worst, time() - $started - $limit / 1000);
            $early++ if sql($node, "SELECT count(*) FROM acme.kpi_${what}_models") eq $models;
            return rss_kb($pid);
        };
        until (@least >= 6 || @least >= 3 && $grew <= 1024)
        {
            push @least, min(map { $cut_short->($_) } 0.5, 0.1, 0.3, 0.7, 0.9);
            $grew = $least[-1] - $least[-2] if @least > 1;
        }
        note("$what: a training takes $took s, and ends $worst s after it is told to; holds @least kB");
        cmp_ok($early, '>=', 6, "trainings of $what were told to end in time");
        is(sql($node, "SELECT count(*) FROM pg_class WHERE relnamespace = 'acme'::regnamespace AND relname ~ '_models_(new|beside)'"),
            '0', 'and left no table');
        cmp_ok($grew, '<=', 1024, 'nor memory, but for a megabyte') or diag("@least");
        is($session->query("SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'saaskpi training'"), '0', 'none of their own at all');
    }
    $session->quit;
}

end_of_test($node, allow => [ qr/terminated by signal 9/ ]);
