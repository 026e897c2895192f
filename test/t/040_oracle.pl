#!/usr/bin/perl
# Every kpi relation against the oracle in test/oracle, on ugly random data.
#
#   ORACLE_SEEDS   how many data sets, 40 unless told (make oracle: 500)
#   ORACLE_FIRST   the first seed, 1 unless told
#   ORACLE_KEEP    keep the cluster and say where it is
#   PG_CONFIG      which PostgreSQL
#
# A private cluster is made in a temporary directory, on a socket only, and
# taken down at the end. All data sets are loaded and compared in one session.
# Odd seeds have subscriptions and payments hash-partitioned by customer, every
# other one of them the customers too, so that a refresh goes partition by
# partition. Each relation is compared after a serial and after a parallel
# refresh. On the same data the nettings and the grains of movements must agree.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Test::More;

my $oracle = abs_path(dirname(__FILE__) . '/../oracle');
my $seeds = $ENV{ORACLE_SEEDS} || 40;
my $first = $ENV{ORACLE_FIRST} || 1;
my $last = $first + $seeds - 1;
my @relations = map { m{([^/]+)\.sql$} } sort glob("$oracle/kpi_*.sql");
my @modes = ('serial', 'parallel');

my $pg_config = $ENV{PG_CONFIG} || 'pg_config';
chomp(my $bin = `$pg_config --bindir`);
chomp(my $share = `$pg_config --sharedir`);
# A file of SQL may stand in for the extension, to try this test itself.
my $stand_in = $ENV{ORACLE_STAND_IN};
plan skip_all => 'saaskpi is not installed: make install'
    unless $stand_in || -e "$share/extension/saaskpi.control";
plan tests => 4 + @relations * 3;

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

my $names = join(', ', map { "'$_'" } @relations);
print $sql "\\set QUIET on\n\\pset tuples_only on\n\\pset format unaligned\n",
    "SET client_min_messages = warning;\n",
    $stand_in ? "\\i $stand_in\n" : "CREATE EXTENSION saaskpi;\n", <<"SQL";
CREATE TABLE public.result
    (seed int, mode text, relation text, side text, line text);
CREATE TABLE public.done (seed int, mode text);
CREATE TABLE public.told (netting text, movements bigint);
-- Rows the relation has too many or too few of; and, once, its columns.
CREATE FUNCTION public.compare(seed int, mode text, rel text) RETURNS void
LANGUAGE plpgsql AS
\$\$
DECLARE
    acme text := 'acme_' || seed;
    got text := format('SELECT * FROM %I.%I', acme, rel);
    want text := format('SELECT * FROM oracle_%s', rel);
BEGIN
    EXECUTE format(
        'INSERT INTO public.result SELECT %L, %L, %L, ''too many'', x::text '
        'FROM (%s EXCEPT ALL %s) AS x LIMIT 3', seed, mode, rel, got, want);
    EXECUTE format(
        'INSERT INTO public.result SELECT %L, %L, %L, ''missing'', x::text '
        'FROM (%s EXCEPT ALL %s) AS x LIMIT 3', seed, mode, rel, want, got);
EXCEPTION WHEN OTHERS THEN
    INSERT INTO public.result VALUES (seed, mode, rel, 'error', SQLERRM);
END
\$\$;
CREATE FUNCTION public.columns(rel regclass) RETURNS text LANGUAGE sql AS
\$\$
    SELECT string_agg(attname || ' ' || format_type(atttypid, NULL), ', '
                      ORDER BY attnum)
    FROM pg_attribute
    WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped
\$\$;
SQL

for my $seed ($first .. $last)
{
    print $sql "CREATE SCHEMA acme_$seed;\n",
        "SET search_path = acme_$seed, public;\n\\set seed $seed\n",
        "\\i $oracle/tables.sql\n";
    if ($seed % 2)
    {
        for my $table ($seed % 4 == 3 ? 'customers' : (), 'subscriptions', 'payments')
        {
            print $sql "ALTER TABLE $table RENAME TO plain_$table;\n",
                "CREATE TABLE $table (LIKE plain_$table) ",
                "PARTITION BY HASH (customer_id);\n",
                "DROP TABLE plain_$table;\n",
                map { "CREATE TABLE ${table}_$_ PARTITION OF $table FOR "
                      . "VALUES WITH (MODULUS 3, REMAINDER $_);\n" } 0 .. 2;
        }
    }
    print $sql "\\i $oracle/random_data.sql\n",
        "\\i $oracle/facts.sql\n",
        "ANALYZE customers, subscriptions, payments, costs;\n";
    for my $rel (@relations)
    {
        print $sql "CREATE TEMP TABLE oracle_$rel AS\n",
            slurp("$oracle/$rel.sql"), ";\n";
    }
    print $sql <<"END";
CALL saaskpi.create_views('acme_$seed');
\\if :ERROR
INSERT INTO result VALUES ($seed, '', '', 'create_views',
                           :'LAST_ERROR_MESSAGE');
\\endif
UPDATE kpi_settings AS k
SET as_of = s.as_of, change_warn = s.change_warn,
    change_alert = s.change_alert, conversion_days = s.conversion_days
FROM settings AS s;
\\if :ERROR
INSERT INTO result VALUES ($seed, '', '', 'kpi_settings',
                           :'LAST_ERROR_MESSAGE');
\\endif
END
    for my $mode (@modes)
    {
        print $sql $mode eq 'serial' ? <<'END' : <<'END';
SET max_parallel_workers_per_gather = 0;
END
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_partitionwise_aggregate = on;
SET enable_partitionwise_join = on;
DO $$
BEGIN
    PERFORM set_config(name, 'on', false) FROM pg_settings
    WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
END $$;
END
        print $sql <<"END";
CALL saaskpi.refresh('acme_$seed');
\\if :ERROR
INSERT INTO result VALUES ($seed, '$mode', '', 'refresh',
                           :'LAST_ERROR_MESSAGE');
\\endif
RESET ALL;
SET client_min_messages = warning;
SET search_path = acme_$seed, public;
SELECT compare($seed, '$mode', rel) FROM unnest(ARRAY[$names]) AS rel
\\g /dev/null
INSERT INTO done VALUES ($seed, '$mode');
END
    }
    if ($seed == $first)
    {
        print $sql "SELECT 'columns|' || rel || '|' ",
            "|| columns(('acme_$seed.' || rel)::regclass) || '|' ",
            "|| columns(('oracle_' || rel)::regclass) ",
            "FROM unnest(ARRAY[$names]) AS rel;\n";
    }
    # The states as the last refresh left them, told in every other way.
    print $sql "INSERT INTO result SELECT $seed, 'nettings', 'nettings', ",
        "v.* FROM (\n", slurp("$oracle/nettings.sql"), <<"END";
) AS v LIMIT 3;
\\if :ERROR
INSERT INTO result VALUES ($seed, '', '', 'nettings', :'LAST_ERROR_MESSAGE');
\\endif
INSERT INTO told
SELECT netting, count(*)
FROM unnest(ARRAY['event', 'day', 'period']) AS netting, settings,
     kpi_customers_mat,
     saaskpi.mrr_movements(mrr_history, as_of, 'month', netting)
GROUP BY netting;
END
    print $sql map { "DROP TABLE oracle_$_;\n" } @relations;
    print $sql "DROP SCHEMA acme_$seed CASCADE;\n" unless $ENV{ORACLE_KEEP};
}
print $sql "SELECT 'done|' || count(*) FROM public.done;\n",
    "SELECT 'told|' || string_agg(n::text, '|' ",
    "ORDER BY netting = 'period', netting DESC) FROM ",
    "(SELECT netting, sum(movements) AS n FROM told GROUP BY 1) AS x;\n",
    "SELECT concat_ws('|', 'result', relation, mode, seed, side, line) ",
    "FROM public.result ORDER BY relation, mode, seed, side;\n";
close $sql;
chmod 0644, $script;

my @lines = `$bin/psql -X -q -f '$script' 2>'$dir/errors'`;
chomp @lines;

# What came back: columns of both sides, differences, and a count.
my (%columns, %result, @told);
my $done = 0;
for my $line (@lines)
{
    my ($what, $relation, @rest) = split /\|/, $line, -1;
    if (!defined $what) { next; }
    elsif ($what eq 'done') { $done = $relation; }
    elsif ($what eq 'told') { @told = ($relation, @rest); }
    elsif ($what eq 'columns') { $columns{$relation} = \@rest; }
    elsif ($what eq 'result')
    {
        my $mode = $rest[0];
        push @{$result{$relation}{$mode}},
            join(' ', $relation, $mode, "seed $rest[1]", "$rest[2]:",
                 join('|', @rest[3 .. $#rest]));
    }
}

# Types may be wider or narrower than the oracle's where sums say bigint or
# numeric, as long as both are exact; names and order may not.
sub names_of { return join(', ', map { (split / /)[0] } split /, /, shift) }

for my $relation (@relations)
{
    my ($got, $want) = @{$columns{$relation} || ['', '']};
    is(names_of($got), names_of($want), "$relation: columns");
    for my $mode (@modes)
    {
        my @bad = @{$result{$relation}{$mode} || []};
        ok(!@bad && $done == $seeds * @modes,
            "$relation: as the oracle on $seeds data sets, $mode")
            or diag(join("\n", @bad[0 .. ($#bad < 11 ? $#bad : 11)]));
    }
}
my @broken = @{$result{nettings}{nettings} || []};
ok(!@broken && $done == $seeds * @modes,
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
my @failed = map { @{$result{''}{$_} || []} } '', @modes;
ok(!@failed && $done == $seeds * @modes, "$done of " . $seeds * @modes
    . ' comparisons made, no call failed')
    or diag(join("\n", @failed[0 .. ($#failed < 11 ? $#failed : 11)]),
            `head -c 3000 '$dir/errors'`);
