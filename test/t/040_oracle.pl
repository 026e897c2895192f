#!/usr/bin/perl
# Every kpi relation against the oracle in test/oracle, on ugly random data; one
# without a file there fails.
#
#   ORACLE_SEEDS   how many data sets, 12 unless told; make oracle takes 500
#   ORACLE_PARALLEL  of every five, how many are filled in parallel too: 2
#                  unless told, as starting workers takes most of the time;
#                  make oracle takes 5
#   ORACLE_FIRST   the first seed, 1 unless told
#   ORACLE_KEEP    keep the cluster and say where it is
#   PG_CONFIG      which PostgreSQL
#
# A private cluster is made in a temporary directory, on a socket only, and
# taken down at the end. All data sets are loaded and compared in one session.
# Schema plain_N holds what the oracle reads, acme_N the same as an extension
# finds it: partitioned or not, as tables or views, with days or times, and with
# sources and columns missing. Each relation is compared after a serial refresh
# over what an earlier one of other rows has left, and in some data sets after a
# parallel first fill. On the same data the nettings and the grains of movements
# must agree.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Test::More;

my $oracle = abs_path(dirname(__FILE__) . '/../oracle');
my $seeds = $ENV{ORACLE_SEEDS} || 12;
my $first = $ENV{ORACLE_FIRST} || 1;
my $in_parallel = $ENV{ORACLE_PARALLEL} || 2;
my $last = $first + $seeds - 1;
my @relations = sort grep { $_ ne 'selftest' }
    map { (slurp_name($_)) } glob("$oracle/*.sql");
sub slurp_name
{
    my ($name) = $_[0] =~ m{([^/]+)\.sql$};
    return $name =~ /^kpi_|_summary$|_metrics$|_counts$|_analysis$|_scores$|_actions$|_snapshot$|_clean$|^cohort_retention$/
        ? $name : ();
}
# What reads the answer of another comes after it.
my $built = qr/at_risk|_report$|segments$/;
@relations = sort { ($a !~ /^kpi_/) <=> ($b !~ /^kpi_/) || ($a =~ $built) <=> ($b =~ $built) || $a cmp $b } @relations;
my @modes = ('serial', 'parallel');
# Slow views that several answers read: these find them computed.
my @kept = qw(oracle_calendar oracle_waterfall oracle_event oracle_session
  oracle_event_period oracle_funnel_event oracle_funnel_outcome
  oracle_order oracle_line oracle_sale oracle_series oracle_y oracle_y_daily
  oracle_deal oracle_entry oracle_stage oracle_step oracle_standing
  oracle_stay oracle_stay_member oracle_survival oracle_buyer oracle_fit
  oracle_rates oracle_scheduled);

my $pg_config = $ENV{PG_CONFIG} || 'pg_config';
chomp(my $bin = `$pg_config --bindir`);
chomp(my $share = `$pg_config --sharedir`);
plan skip_all => 'saaskpi is not installed: make install'
    unless -e "$share/extension/saaskpi.control";
plan tests => 5 + @relations * 3;

# The cluster, as an ordinary user: a server refuses to run as root.
my $dir = tempdir('saaskpi_oracle_XXXXXX', TMPDIR => 1,
                  CLEANUP => !$ENV{ORACLE_KEEP});
my @as = ();
if ($> == 0)
{
    my $owner = getpwnam('postgres');
    die "no user postgres to run the server as\n" unless defined $owner;
    chown $owner, -1, $dir;
    @as = ('runuser', '-u', 'postgres', '--');
}
chmod 0755, $dir;
delete @ENV{grep { /^PG(?!_CONFIG)/ } keys %ENV};
$ENV{PGHOST} = $dir;
$ENV{PGDATABASE} = 'postgres';
$ENV{PGUSER} = $> == 0 ? 'postgres' : getpwuid($>);
my $running = 0;

sub run_or_die
{
    my ($out, @command) = @_;
    my $pid = fork();
    die "fork: $!\n" unless defined $pid;
    if ($pid == 0)
    {
        chdir $dir;
        open(STDOUT, '>>', $out);
        open(STDERR, '>&', \*STDOUT);
        exec @command;
        exit 127;
    }
    waitpid($pid, 0);
    return if $? == 0;
    system('cat', $out);
    die "failed: @command\n";
}

END
{
    my $status = $?;
    if ($running)
    {
        system("@as $bin/pg_ctl -D $dir/data -m immediate stop >/dev/null");
        diag("kept: $dir") if $ENV{ORACLE_KEEP};
    }
    $? = $status;
}

run_or_die("$dir/initdb.log", @as, "$bin/initdb", '-D', "$dir/data", '-A',
    'trust', '-U', $ENV{PGUSER}, '-E', 'UTF8', '--locale=C', '--no-sync');
open(my $conf, '>>', "$dir/data/postgresql.conf") or die;
print $conf <<"END";
listen_addresses = ''
unix_socket_directories = '$dir'
fsync = off
jit = off
shared_buffers = 128MB
max_locks_per_transaction = 512
autovacuum = off
shared_preload_libraries = 'saaskpi'
END
close $conf;
run_or_die("$dir/start.log", @as, "$bin/pg_ctl", '-D', "$dir/data", '-w',
    '-l', "$dir/server.log", 'start');
$running = 1;

# The oracle itself first: hand-worked answers.
my $self = `cd '$oracle' && $bin/psql -X -f selftest.sql 2>&1`;
is($?, 0, 'the oracle gives the answers worked out by hand') or diag($self);

# One script for all data sets.
my $script = "$dir/oracle.sql";
open(my $sql, '>', $script) or die "$script: $!\n";

sub slurp
{
    my ($file) = @_;
    open(my $in, '<', $file) or die "$file: $!\n";
    local $/;
    return <$in>;
}

# Statements, and a row in result when the last of them failed.
sub called
{
    my ($seed, $mode, $statements) = @_;
    return $statements . <<"END";
\\if :ERROR
INSERT INTO public.result VALUES ($seed, '$mode', '', 'failed',
                                  :'LAST_ERROR_MESSAGE');
ROLLBACK;
\\endif
END
}

my $names = join(', ', map { "'$_'" } @relations);
print $sql "\\set QUIET on\n\\pset tuples_only on\n\\pset format unaligned\n",
    "SET client_min_messages = warning;\nCREATE EXTENSION saaskpi;\n", <<"SQL";
-- Only what is computed goes parallel, with one worker or two; looking
-- something up in catalogs and in the registry would be most of the time.
SET allow_system_table_mods = on;
SELECT format('ALTER TABLE %s SET (parallel_workers = 0)', c.oid::regclass)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('pg_catalog', 'saaskpi_internal')
\\gexec
RESET allow_system_table_mods;
CREATE TABLE public.result
    (seed int, mode text, relation text, side text, line text);
CREATE TABLE public.done (seed int, mode text, relation text, rows bigint);
CREATE TABLE public.told (netting text, movements bigint);
CREATE TABLE public.shown (relation text PRIMARY KEY, line text);
CREATE FUNCTION public.columns(rel regclass) RETURNS text LANGUAGE sql AS
\$\$
    SELECT string_agg(attname || ' ' || format_type(atttypid, NULL), ', '
                      ORDER BY attnum)
    FROM pg_attribute
    WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped
\$\$;
-- Rows the relation has too many or too few of; and, once, its columns. One
-- that needs a source that is not there must not be.
CREATE FUNCTION public.compare(seed int, mode text, rel text) RETURNS void
LANGUAGE plpgsql AS
\$\$
DECLARE
    acme text := 'acme_' || seed;
    got text := format('SELECT * FROM %I.%I', acme, rel);
    want text := format('SELECT * FROM oracle_%s', rel);
    made boolean := to_regclass(format('%I.%I', acme, rel)) IS NOT NULL;
    n bigint;
BEGIN
    IF made <> (SELECT bool_and(s.sources && string_to_array(needed, '|'))
                FROM settings AS s,
                     unnest(saaskpi_internal.needs_of(rel)) AS needed) THEN
        RAISE EXCEPTION 'made: %', made;
    END IF;
    IF NOT made THEN
        RETURN;
    END IF;
    EXECUTE format(
        'INSERT INTO public.result SELECT %L, %L, %L, ''too many'', x::text '
        'FROM (%s EXCEPT ALL %s) AS x LIMIT 3', seed, mode, rel, got, want);
    EXECUTE format(
        'INSERT INTO public.result SELECT %L, %L, %L, ''missing'', x::text '
        'FROM (%s EXCEPT ALL %s) AS x LIMIT 3', seed, mode, rel, want, got);
    EXECUTE format('SELECT count(*) FROM %I.%I', acme, rel) INTO n;
    INSERT INTO public.done VALUES (seed, mode, rel, n);
    INSERT INTO public.shown
    VALUES (rel, columns(format('%I.%I', acme, rel)::regclass) || '|'
                 || columns(('oracle_' || rel)::regclass))
    ON CONFLICT DO NOTHING;
EXCEPTION WHEN OTHERS THEN
    INSERT INTO public.result VALUES (seed, mode, rel, 'error', SQLERRM);
END
\$\$;
SQL

for my $seed ($first .. $last)
{
    print $sql "CREATE SCHEMA plain_$seed;\nCREATE SCHEMA acme_$seed;\n",
        "SET search_path = plain_$seed, acme_$seed, public;\n",
        "\\set seed $seed\n\\set acme acme_$seed\n",
        map({ "\\i $oracle/$_.sql\n" } qw(tables random_data sources events
            facts scheduled orders deals lifetime churn segments outlook)),
        "SELECT 'ANALYZE ' || oid::regclass FROM pg_class WHERE relkind = 'r' ",
        "AND relnamespace::regnamespace::text IN ('plain_$seed', 'acme_$seed') \\gexec\n",
        map({ "CREATE TEMP TABLE $_ AS TABLE $_;\n" } @kept),
        "CREATE INDEX ON oracle_event (day);\nCREATE INDEX ON oracle_session (day);\n",
        map({ "ANALYZE $_;\n" } @kept);
    for my $rel (@relations)
    {
        print $sql "CREATE TEMP TABLE oracle_$rel AS\n",
            slurp("$oracle/$rel.sql"), ";\n";
    }
    print $sql called($seed, 'create_views', <<"END");
CALL saaskpi.create_views('acme_$seed');
END
    print $sql called($seed, 'settings', <<"END");
BEGIN;
UPDATE kpi_settings AS k
SET as_of = s.as_of - 40, change_warn = s.change_warn,
    change_alert = s.change_alert, conversion_days = s.conversion_days,
    earliest_date = s.earliest_date, ends_inclusive = s.ends_inclusive,
    time_zone = w.zone, source_time_zone = w.source_zone,
    session_gap_minutes = s.session_gap_minutes,
    session_splits_at_midnight = s.splits, week_start = s.week_start,
    inactivity_days = s.inactivity_days, simulated_monthly_price = s.price,
    retention_brackets = s.brackets::text, retention_ages = s.ages,
    ltv_horizon_months = s.ltv_horizon_months, ltv_discount = s.ltv_discount,
    ltv_margin = s.ltv_margin, ltv_min_customers = s.ltv_min_customers
FROM settings AS s, way AS w;
INSERT INTO kpi_payment_statuses SELECT * FROM statuses
ON CONFLICT (status) DO UPDATE SET meaning = excluded.meaning;
INSERT INTO kpi_churn_models (as_of, basis, kind, horizon, status,
    first_snapshot, last_snapshot, cutoff, rows, positives, dropped,
    intercept, slope, warnings, inputs, model)
SELECT '2021-01-31', 'orders', kind, horizon, 'promoted', '2020-01-31',
    '2020-12-31', '2020-10-31', 300, 100, 7, intercept, slope, '{made up}',
    (SELECT jsonb_object_agg(feature, jsonb_build_object('edges', edges,
         'rows', rows, 'median', median)) FROM churn_inputs), model
FROM churn_model;
INSERT INTO kpi_segment_models (as_of, basis, status, clusters, chosen,
    transform, seed, customers, model)
SELECT '2021-01-31', basis, 'promoted', 3, false, 'log', 0, 90, model
FROM segment_model;
UPDATE kpi_settings SET churn_model = 1, segment_model = 1;
COMMIT;
END
    print $sql "\\i $oracle/earlier.sql\n",
        called($seed, 'refresh of earlier rows', <<"END");
CALL saaskpi.refresh('acme_$seed');
END
    print $sql "\\i $oracle/later.sql\n\\i $oracle/events_later.sql\n\\i $oracle/customer_history.sql\n\\i $oracle/population.sql\n\\i $oracle/currencies.sql\n",
        "UPDATE kpi_settings AS k SET as_of = s.as_of FROM settings AS s;\n",
        "DELETE FROM kpi_funnels;\nINSERT INTO kpi_funnels TABLE funnels;\n",
        "DELETE FROM kpi_ltv_bounds;\nINSERT INTO kpi_ltv_bounds TABLE ltv_bounds;\n";
    for my $mode (@modes)
    {
        next if $mode eq 'parallel' && $seed * 3 % 5 >= $in_parallel;
        print $sql $mode eq 'serial' ? <<"END" : <<"END";
SET max_parallel_workers_per_gather = 0;
END
CALL saaskpi.drop_views('acme_$seed');
CALL saaskpi.create_views('acme_$seed');
SET max_parallel_workers_per_gather = @{[1 + $seed % 2]};
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_partitionwise_aggregate = on;
SET enable_partitionwise_join = on;
DO \$\$
BEGIN
    PERFORM set_config(name, 'on', false) FROM pg_settings
    WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
END \$\$;
END
        print $sql called($seed, $mode, <<"END"), <<"END";
CALL saaskpi.refresh('acme_$seed');
END
RESET ALL;
SET client_min_messages = warning;
SET search_path = plain_$seed, acme_$seed, public;
SELECT compare($seed, '$mode', rel) FROM unnest(ARRAY[$names]) AS rel
\\g /dev/null
END
    }
    # The states as the last refresh left them, told in every other way.
    print $sql "SELECT to_regclass('kpi_mrr_monthly') IS NOT NULL AS has_mrr ",
        "\\gset\n\\if :has_mrr\n",
        called($seed, 'nettings', "INSERT INTO result SELECT $seed, "
            . "'nettings', 'nettings', v.* FROM (\n"
            . slurp("$oracle/nettings.sql") . ") AS v LIMIT 3;\n"), <<"END";
INSERT INTO told
SELECT netting, count(*)
FROM unnest(ARRAY['event', 'day', 'period']) AS netting, settings,
     kpi_customers_mat,
     saaskpi.mrr_movements(mrr_history, as_of, 'month', netting)
GROUP BY netting;
\\endif
END
    print $sql map { "DROP TABLE $_;\n" } @kept, map { "oracle_$_" } @relations;
    print $sql "DROP SCHEMA plain_$seed CASCADE;\nDROP SCHEMA acme_$seed CASCADE;\n"
        unless $ENV{ORACLE_KEEP};
}
# What was compared of each relation: data sets, and rows of them all.
print $sql "SELECT concat_ws('|', 'done', relation, mode, count(*), sum(rows)) ",
    "FROM public.done GROUP BY relation, mode;\n",
    "SELECT 'columns|' || relation || '|' || line FROM public.shown;\n",
    "SELECT 'relation|' || relation FROM saaskpi_internal.relations ",
    "WHERE maintained NOT IN ('own', 'view') ORDER BY relation COLLATE \"C\";\n",
    "SELECT 'told|' || string_agg(n::text, '|' ",
    "ORDER BY netting = 'period', netting DESC) FROM ",
    "(SELECT netting, sum(movements) AS n FROM told GROUP BY 1) AS x;\n",
    "SELECT concat_ws('|', 'result', relation, mode, seed, side, line) ",
    "FROM public.result ORDER BY relation, mode, seed, side;\n",
    "SELECT 'end';\n";
close $sql;
chmod 0644, $script;

my @lines = `$bin/psql -X -q -f '$script' 2>'$dir/errors'`;
chomp @lines;

# What came back: columns of both sides, differences, and counts.
my (%columns, %result, %done, @told, @registered);
my $whole = 0;
for my $line (@lines)
{
    my ($what, $relation, @rest) = split /\|/, $line, -1;
    if (!defined $what) { next; }
    elsif ($what eq 'end') { $whole = 1; }
    elsif ($what eq 'relation') { push @registered, $relation; }
    elsif ($what eq 'told') { @told = ($relation, @rest); }
    elsif ($what eq 'columns') { $columns{$relation} = \@rest; }
    elsif ($what eq 'done') { $done{$relation}{$rest[0]} = [ @rest[ 1, 2 ] ]; }
    elsif ($what eq 'result')
    {
        my $mode = $rest[0];
        push @{$result{$relation}{$mode}},
            join(' ', $relation, $mode, "seed $rest[1]", "$rest[2]:",
                 join('|', @rest[3 .. $#rest]));
    }
}
is(join(' ', sort @relations), join(' ', sort @registered),
    'every relation of the registry has an oracle');

# Types may be wider or narrower than the oracle's where sums say bigint or
# numeric, as long as both are exact; names and order may not.
sub names_of { return join(', ', map { (split / /)[0] } split /, /, shift) }

for my $relation (@relations)
{
    my ($got, $want) = @{$columns{$relation} || ['', 'nothing compared']};
    is(names_of($got), names_of($want), "$relation: columns");
    for my $mode (@modes)
    {
        my @bad = @{$result{$relation}{$mode} || []};
        my ($sets, $rows) = @{$done{$relation}{$mode} || [0, 0]};
        ok(!@bad && $rows > 0, "$relation: as the oracle, $mode: $rows rows "
            . "of $sets data sets")
            or diag(join("\n", @bad[0 .. ($#bad < 11 ? $#bad : 11)]));
    }
}
my @broken = @{$result{nettings}{nettings} || []};
ok(!@broken && $whole,
    'event, day and month, and day, week, month, quarter and year, agree')
    or diag(join("\n", @broken[0 .. ($#broken < 11 ? $#broken : 11)]));
# Which says something only where they do not all tell the same movements.
SKIP:
{
    skip 'too few data sets to tell nettings apart', 1 if $seeds < 10;
    ok(@told == 3 && $told[0] > $told[1] && $told[1] > $told[2],
        'movements by event, day and month are ever fewer')
        or diag("@told");
}
my @failed = map { @{$result{''}{$_}} } sort keys %{$result{''} || {}};
ok(!@failed && $whole, "$seeds data sets, and no call failed")
    or diag(join("\n", @failed[0 .. ($#failed < 11 ? $#failed : 11)]),
            `head -c 3000 '$dir/errors'`);
