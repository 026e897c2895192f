#!/usr/bin/perl
# Every function, procedure and aggregate of the extension, from the catalog,
# with odd values of every argument type, one at a time and together: a result
# or a clean error, in the same backend.  Then literals and binary forms of
# the states, damaged in every way, and what errors leave behind in memory.
#
# A new function is covered as soon as it is installed; one with an argument
# type that has no odd values here fails the test.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use SaaskpiTest;
use Test::More;

my $node = new_node('odd', conf => "shared_buffers = 128MB\n");
my @states = split /\n/, sql($node, <<'END');
SELECT typname FROM pg_type WHERE typnamespace = 'saaskpi'::regnamespace
   AND typtype = 'b' AND typcategory <> 'A' ORDER BY 1
END

# Good states of each type, small and large, and the text of each.
load_company($node, 'acme', customers => 300, months => 14);
make_views($node, 'acme', as_of => '2022-02-10');
sql($node, <<'SQL');
CREATE TABLE public.good (kind text, value text);
INSERT INTO good
WITH c AS (SELECT * FROM acme.kpi_customers_mat WHERE mrr_history IS NOT NULL AND payment_history IS NOT NULL
            ORDER BY length(mrr_history::text) DESC, customer_id LIMIT 2)
SELECT 'mrr_history', mrr_history::text FROM c UNION ALL
SELECT 'activity', payment_history::text FROM c UNION ALL
SELECT 'activity', saaskpi.activity(mrr_history, 'day', '2022-02-10')::text FROM c UNION ALL
SELECT 'mrr_flow', saaskpi.mrr_flow(mrr_history, 'week', '2022-02-10')::text FROM c UNION ALL
SELECT 'mrr_flow', saaskpi.rollup(flow)::text FROM acme.kpi_summaries_mat UNION ALL
SELECT 'mrr_retention', saaskpi.rollup(retention_1)::text FROM acme.kpi_summaries_mat UNION ALL
SELECT 'mrr_retention', saaskpi.rollup(retention_12)::text FROM acme.kpi_summaries_mat UNION ALL
SELECT 'cohort_matrix', saaskpi.rollup(cohorts_payment)::text FROM acme.kpi_summaries_mat UNION ALL
SELECT 'cohort_matrix', saaskpi.rollup(cohorts_signup)::text FROM acme.kpi_summaries_mat UNION ALL
SELECT 'revenue_flow', saaskpi.rollup(revenue)::text FROM acme.kpi_summaries_mat UNION ALL
SELECT 'cash_bridge', saaskpi.rollup(bridge)::text FROM acme.kpi_summaries_mat UNION ALL
SELECT 'conversion_curve', saaskpi.rollup(conversion)::text FROM acme.kpi_summaries_mat;
-- made once, as hundreds of calls take it
CREATE TABLE public.surroundings AS SELECT saaskpi_internal.environment('acme') AS env;
-- runs a statement, takes back what it did, and says how it ended
CREATE FUNCTION public.probe(statement text) RETURNS text LANGUAGE plpgsql AS
$$
BEGIN
    EXECUTE statement;
    RAISE EXCEPTION 'done' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN
    RETURN CASE SQLSTATE WHEN 'ZZ000' THEN 'ok' ELSE SQLSTATE || ' ' || SQLERRM END;
END
$$;
SQL
sql($node, "INSERT INTO good SELECT 'series', saaskpi.series_agg(period, closing)::text FROM acme.kpi_mrr_monthly")
  if grep { $_ eq 'series' } @states;
sql($node, <<'SQL');
INSERT INTO good
WITH e AS (SELECT 'c' || i % 5 AS customer_id, timestamptz '2021-06-01 00:00Z' + i * i * interval '11 minutes' AS at, (ARRAY['login', 'search', 'buy'])[1 + i % 3] AS type
             FROM generate_series(1, 200) AS i),
h AS (SELECT customer_id, saaskpi.event_history_agg(at::date, type) AS history, saaskpi.session_set_agg(at, '30 minutes', 'UTC') AS sessions,
             saaskpi.funnel_agg(at, type, '{login,search,buy}', '30 days', 'strict_order') AS path FROM e GROUP BY 1)
SELECT 'event_history', history::text FROM h UNION ALL
SELECT 'session_set', sessions::text FROM h UNION ALL
SELECT 'funnel_path', path::text FROM h UNION ALL
SELECT 'scores', saaskpi.scores_agg(extract(epoch FROM at) / 1e10, type = 'buy')::text FROM e UNION ALL
SELECT 'order_history', saaskpi.order_history_agg(at AT TIME ZONE 'UTC', extract(day FROM at) * 3.25 - 9, 2, 1, type = 'search')::text FROM e GROUP BY customer_id UNION ALL
SELECT 'event_flow', saaskpi.event_flow_agg(history, 'week', '2022-02-10', 'monday')::text FROM h;
INSERT INTO good
WITH b AS (SELECT i % 3 AS customer_id, saaskpi.ledger_agg(date '2021-01-01' + i, date '2021-06-01' + i * i, i * 7.5, (ARRAY['A', 'B'])[1 + i % 2], (ARRAY['past_due', 'paused', 'unpaid', 'trialing', NULL])[1 + i % 5],
    date '2021-01-10', date '2021-03-01' + i, date '2021-04-01' + i, date '2021-04-15' + i, date '2021-05-01' + i, 'voluntary', 1, i, 2, i % 2 = 0, date '2021-03-15' + i, i % 11 = 0) AS l FROM generate_series(1, 40) AS i GROUP BY 1)
SELECT 'ledger', l::text FROM b UNION ALL
SELECT 'ledger_flow', saaskpi.ledger_flow_agg(l, saaskpi.mrr_policy(), '2022-02-10')::text FROM b;
SQL
sql($node, <<'SQL');
CREATE TABLE public.trained AS SELECT 1 AS n, saaskpi.train_logistic('SELECT i % 3 = 0 AS label, ' || string_agg(format('(i * %s %% 17)::float8 AS c%1$s', c), ', ') || ' FROM generate_series(1, 99) AS i', 1) AS m FROM generate_series(1, 60) AS c
UNION ALL SELECT 2, saaskpi.train_trees('SELECT i % 3 = 0 AS label, i % 7 AS a FROM generate_series(1, 99) AS i', 9)
UNION ALL SELECT 3, saaskpi.train_kmeans('SELECT i % 7 AS a, i % 11 AS b FROM generate_series(1, 99) AS i', 3);
SQL
my %good;
for (split /\n/, sql($node, "SELECT kind || E'\\t' || value FROM good"))
{
    my ($kind, $value) = split /\t/;
    push @{ $good{$kind} }, $value;
}
is(join(' ', grep { !$good{$_} } @states), '', 'there is a good state of every type');

# Literals by type; the first is harmless.
sub quoted { my ($t) = @_; $t =~ s/'/''/g; $t =~ s/\\/\\\\/g; return "E'$t'"; }

my $big = "repeat('x', 1000000)";
my %odd = (
    'date' => [ map({ "'$_'::date" } '2021-06-15', 'infinity', '-infinity',
            '0001-01-01', '9999-12-31', '4713-01-01 BC', '5874897-12-31', '2024-02-29') ],
    'numeric' => [ map({ "'$_'::numeric" } '10.50', '0', '-1', 'NaN', 'Infinity',
            '-Infinity', '922337203685477', '-922337203685477.5808', '0.00001', '1e130000', '-0.00') ],
    'text' => [ "'month'", "''", "'day'", "'Success'", "'auto'", "'UTC'", "'default'", "E'a\\nb\\\\\"'", $big,
        "'\x{27}\x{27}; --'" ],
    'name' => [ "'acme'::name", "''::name", "'no such'::name", "'customers'::name",
        "'pg_catalog'::name", "'a\"b'::name" ],
    'integer' => [ map({ "($_)::int" } '1', '0', '-1', '2147483647', '-2147483648', '12', '1000000') ],
    'bigint' => [ map({ "($_)::bigint" } '1', '0', '-1', '9223372036854775807', '-9223372036854775808') ],
    'smallint' => [ map({ "($_)::smallint" } '1', '0', '-1', '32767') ],
    'boolean' => [ 'true', 'false' ],
    'oid' => [ "'pg_class'::regclass::oid", '0::oid', '4294967295::oid' ],
    'regclass' => [ "'pg_class'::regclass", '0::regclass' ],
    'bytea' => [ "''::bytea", "'\\x00'::bytea", "decode(repeat('ff', 100000), 'hex')" ],
    'double precision' => [ map({ "'$_'::float8" } '1', '0', '-1', 'NaN', 'Infinity', '-Infinity', '1e308', '1e-320') ],
    'text[]' => [ "'{a,b}'::text[]", "'{}'::text[]", "'{NULL}'::text[]", "'{{a},{b}}'::text[]" ],
    'name[]' => [ "'{a,b}'::name[]", "'{}'::name[]" ],
    'integer[]' => [ "'{1,2}'::int[]", "'{}'::int[]", "'{NULL}'::int[]", "'{{1},{2}}'::int[]" ],
    'bigint[]' => [ "'{1,2}'::bigint[]", "'{}'::bigint[]", "'{NULL}'::bigint[]", "'{{1},{2}}'::bigint[]", "array_fill(9223372036854775807, ARRAY[64])", "array_fill(-1::bigint, ARRAY[64])", "array_fill(0::bigint, ARRAY[3])" ],
    'double precision[]' => [ "(SELECT array_agg(10 + i % 12)::float8[] FROM generate_series(1, 60) AS i)",
        "'{}'::float8[]", "'{NULL}'::float8[]", "'{1,2,NULL,4}'::float8[]", "'{{1},{2}}'::float8[]",
        "'{NaN}'::float8[]", "'{1,Infinity,3}'::float8[]", "'{1e308,-1e308,1e308}'::float8[]",
        "array_fill(5::float8, ARRAY[200])", "array_fill(0::float8, ARRAY[3])", "'[-3:-1]={1,2,3}'::float8[]" ],
    'timestamp with time zone' => [ map({ "'$_'::timestamptz" } '2021-06-15', 'infinity', '-infinity') ],
    'timestamp without time zone' => [ map({ "'$_'::timestamp" } '2021-06-15 12:00', 'infinity', '-infinity', '4713-01-01 BC', '294276-12-31', '9999-12-31 23:59:59.999999', '0001-01-01') ],
    'timestamp with time zone[]' => [ "'{}'::timestamptz[]", "'{2021-01-01,2021-02-01}'::timestamptz[]", "'{NULL}'::timestamptz[]" ],
    'date[]' => [ "'{}'::date[]", "'{2021-01-01,2021-02-01}'::date[]", "'{infinity,NULL}'::date[]" ],
    'numeric[]' => [ "'{1,2}'::numeric[]", "'{}'::numeric[]", "'{NULL,NaN}'::numeric[]" ],
    'boolean[]' => [ "'{t,f}'::bool[]", "'{}'::bool[]", "'{NULL}'::bool[]" ],
    'oid[]' => [ "'{}'::oid[]", "'{0,1259,4294967295}'::oid[]", "'{NULL}'::oid[]" ],
    'datemultirange' => [ "'{[2021-01-01,2021-02-01),[2021-03-01,)}'::datemultirange", "'{}'::datemultirange", "'{(,)}'::datemultirange", "'{[-infinity,infinity]}'::datemultirange" ],
    'interval' => [ "'30 minutes'::interval", "'1 month'::interval", "'-1 day'::interval" ],
    'jsonb' => [ '(SELECT env FROM public.surroundings)', "'{}'::jsonb", "'null'::jsonb", "'[1]'::jsonb" ],
    'saaskpi.model' => [ "(SELECT m FROM public.trained WHERE n = 1)", "(SELECT m FROM public.trained WHERE n = 2)", "(SELECT m FROM public.trained WHERE n = 3)", "'\\x00'::saaskpi.model" ],
    'saaskpi.mrr_policy' => [ 'saaskpi.mrr_policy()', "saaskpi.mrr_policy(true, true, 'keep', NULL, true, true, 'notice', true, true, true, 30, 90, 'net')",
        "saaskpi.mrr_policy(same_month => 'removed', pauses => 'churn', past_due_days => 100000)", 'ROW(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::saaskpi.mrr_policy',
        "saaskpi.mrr_policy(past_due_days => -2147483648)", "saaskpi.mrr_policy(pauses => repeat('x', 100000))" ],
    'anyelement' => [ 'NULL::acme.kpi_calendar', '1', "'x'::text", 'NULL::acme.kpi_customers_mat' ],
    'record' => [ "ROW(1, 'x')", 'ROW()' ],
    'cstring' => [ map({ quoted($good{$_}[0]) . '::cstring' } @states), "''::cstring", "'garbage'::cstring" ],
    'saaskpi_internal.relations' => [ "(SELECT r FROM saaskpi_internal.relations AS r WHERE relation = 'kpi_calendar')",
        "(SELECT r FROM saaskpi_internal.relations AS r WHERE relation = 'kpi_settings')", "jsonb_populate_record(NULL::saaskpi_internal.relations, '{}')" ],
    'saaskpi_internal.endpoints' => [ "(SELECT e FROM saaskpi_internal.endpoints AS e WHERE endpoint = 'revenue_trends')", "jsonb_populate_record(NULL::saaskpi_internal.endpoints, '{}')" ],
    'saaskpi_internal.endpoint_measures' => [ "(SELECT m FROM saaskpi_internal.endpoint_measures AS m ORDER BY ordinal LIMIT 1)", "jsonb_populate_record(NULL::saaskpi_internal.endpoint_measures, '{}')" ],
    map({ ("saaskpi_internal.$_" => [ "(SELECT r FROM saaskpi_internal.$_ AS r ORDER BY r LIMIT 1)", "jsonb_populate_record(NULL::saaskpi_internal.$_, '{}')" ]) }
        qw(mapping_kinds mapping_views mapping_sources)),
    'internal' => [ 'NULL' ],
);
$odd{"saaskpi.$_"} = $odd{$_} = [ map { quoted($_) . "::saaskpi.KIND" } @{ $good{$_} } ]
  for @states;
for my $type (@states) { s/KIND/$type/ for @{ $odd{$type} }; }

# What there is to call.
my @functions = map { [ split /\|/, $_, -1 ] } split /\n/, sql($node, <<'END');
SELECT p.oid::regprocedure, p.prokind, p.oid::regproc,
       array_to_string(ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS a(t, n) ORDER BY n), ';'),
       p.proretset
  FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'saaskpi'
 ORDER BY 1
END
cmp_ok(scalar @functions, '>', 100, 'functions, procedures and aggregates found: ' . @functions);
my %missing;
for my $f (@functions)
{
    $missing{$_} = 1 for grep { !$odd{$_} } split /;/, $f->[3];
}
is(join(', ', sort keys %missing), '', 'every argument type has odd values here');

# One argument odd at a time among harmless ones, all NULL, all odd alike.
sub argument_lists
{
    my (@types) = @_;
    return ('') unless @types;
    my @first = map { $odd{$_}[0] } @types;
    my %seen;
    my @lists = ([@first], [ map { /internal|record/ ? 'NULL' : "NULL::$_" } @types ]);
    for my $i (0 .. $#types)
    {
        my $null = $types[$i] =~ /internal|record/ ? 'NULL' : "NULL::$types[$i]";
        for my $value (@{ $odd{ $types[$i] } }, $null)
        {
            my @list = @first;
            $list[$i] = $value;
            push @lists, \@list;
        }
    }
    for my $k (1 .. 10)
    {
        push @lists, [ map { my $o = $odd{$_}; $o->[ $k % @$o ] } @types ];
    }
    return grep { !$seen{$_}++ } map { join ', ', @$_ } @lists;
}

my (@statements, %called, @top_level);
for my $f (@functions)
{
    my ($signature, $kind, $name, $types, $set) = @$f;
    for my $list (argument_lists(split /;/, $types))
    {
        my $call = "$name($list)";
        if ($kind eq 'p')
        {
            # text and NULL find the procedure by its types; these may commit
            push @top_level, [ $signature, "CALL $call" ];
            next;
        }
        push @statements, [ $signature,
            $kind eq 'a' ? "SELECT $call FROM generate_series(1, 3)"
          : $kind eq 'w' ? "SELECT $call OVER () FROM generate_series(1, 3)"
          : $set eq 't' ? "SELECT count(*) FROM (SELECT * FROM $call LIMIT 200000) AS q"
          : "SELECT $call" ];
        # twice in one group, with another value in between
        push @statements, [ $signature,
            "SELECT $call, $name($list) FILTER (WHERE i > 1) FROM generate_series(1, 3) AS i GROUP BY i % 2" ]
          if $kind eq 'a';
    }
}
# Trigger functions and the like would need another way of calling.
is(scalar(grep { $_->[1] !~ /^[fpaw]$/ } @functions), 0,
    'all are functions, procedures, aggregates or window functions');

# All in one session: its pid at the end says that none killed it.
sub ask_all
{
    my (@asked) = @_;
    my $script = work_dir() . '/ask.sql';
    open(my $out, '>', $script) or die "$script: $!\n";
    print $out "SET statement_timeout = '20s';\n\\set QUIET on\n",
        "SET client_min_messages = error;\n",
        "SELECT 'pid ' || pg_backend_pid();\n";
    my $n = 0;
    for my $statement (@asked)
    {
        (my $quoted = $statement) =~ s/\$probe\$//g;
        print $out "SELECT $n || ' ' || public.probe(\$probe\$$quoted\$probe\$);\n";
        $n++;
    }
    print $out "SELECT 'pid ' || pg_backend_pid();\n";
    close $out;
    my ($said, $err) = ('', '');
    $node->psql('postgres', undef, stdout => \$said, stderr => \$err,
        on_error_stop => 0, extra_params => [ '-f', $script ]);
    my (@answers, @pids);
    for (split /\n/, $said)
    {
        if (/^pid (\d+)/) { push @pids, $1; }
        elsif (/^(\d+) (.*)/) { $answers[$1] = $2; }
    }
    return (\@answers, @pids == 2 && $pids[0] == $pids[1], $err);
}

sub judge
{
    my ($what, $answers, $asked, $alive, $err) = @_;
    ok($alive, "$what: the backend lived through " . @$asked . ' calls')
      or diag(substr($err, 0, 1000));
    my @dumb = grep { !defined $answers->[$_] } 0 .. $#$asked;
    is(scalar @dumb, 0, "$what: each call ended within 20 seconds")
      or diag(join "\n", map { substr($asked->[$_], 0, 300) } @dumb[ 0 .. ($#dumb < 4 ? $#dumb : 4) ]);
    my @bad = grep { ($answers->[$_] // '') =~ /^(?:XX|53|58|57P)/ } 0 .. $#$asked;
    is(scalar @bad, 0, "$what: no internal error, none of memory or files")
      or diag(join "\n", map { "$answers->[$_] from " . substr($asked->[$_], 0, 200) }
            @bad[ 0 .. ($#bad < 9 ? $#bad : 9) ]);
    return;
}

my @asked = map { $_->[1] } @statements;
my ($answers, $alive, $err) = ask_all(@asked);
judge('functions and aggregates', $answers, \@asked, $alive, $err);
my %worked;
for my $i (0 .. $#statements)
{
    my $signature = $statements[$i][0];
    # undefined function: the call itself was wrong
    next if ($answers->[$i] // '42883') =~ /^(?:42883|42725|42601) /;
    $called{$signature}++;
    $worked{$signature}++ if $answers->[$i] eq 'ok';
}
note(scalar(@asked) . ' calls');

# Procedures commit, some of them; each at top level, in a schema to spoil.
my $procedures = work_dir() . '/procedures.sql';
open(my $out, '>', $procedures) or die;
print $out "\\set QUIET on\nSET client_min_messages = error;\n";
print $out "$_->[1];\n\\echo :SQLSTATE :LAST_ERROR_MESSAGE\n" for @top_level;
print $out "SELECT 'alive';\n";
close $out;
my $said = '';
$node->psql('postgres', undef, stdout => \$said, stderr => \$err,
    on_error_stop => 0, extra_params => [ '-f', $procedures ]);
my @said = grep { /^\w{5}(?: |$)/ && !/^alive/ } split /\n/, $said;
like($said, qr/^alive$/m, 'procedures: the backend lived');
is(scalar @said, scalar @top_level, 'procedures: each call was answered: ' . @top_level);
is(scalar(grep { /^(?:XX|53|57P)/ } @said), 0, 'procedures: no internal error')
  or diag(join "\n", grep { /^(?:XX|53|57P)/ } @said);
for my $i (0 .. $#top_level)
{
    $called{ $top_level[$i][0] }++
      if ($said[$i] // '42883') !~ /^(?:42883|42725|42601)/;
}
# What takes an internal value nobody can call: binary input is called by COPY
# below, the steps of an aggregate by the aggregate, in parallel by 010.
my @uncalled = grep { !/[(,]internal[,)]/ } grep { !$called{$_} } map { $_->[0] } @functions;
is(join("\n", @uncalled), '', 'every function, procedure and aggregate was called');
my @never = grep { !$worked{ $_->[0] } } grep { $_->[1] eq 'a' } @functions;
is(join("\n", map { $_->[0] } @never), '', 'and every aggregate gave a result at least once');

# Wrong kinds: each state offered as each other type.
my @wrong;
for my $type (@states)
{
    push @wrong, "SELECT " . quoted($good{$_}[0]) . "::saaskpi.$type"
      for grep { $_ ne $type } @states;
}
($answers, $alive, $err) = ask_all(@wrong);
judge('literals of another kind', $answers, \@wrong, $alive, $err);
is(scalar(grep { $_ !~ /^22/ } @$answers), 0,
    'literals of another kind are refused as invalid');

# Damaged literals: cut, doubled, with another character, with huge numbers.
# What is accepted must print as something that is accepted again, alike, and
# no accessor may choke on it.
srand(4711);
my @damaged;
for my $type (@states)
{
    for my $literal (map { substr($_, 0, 4000) eq $_ ? $_ : substr($_, 0, 4000) } @{ $good{$type} })
    {
        my $n = length $literal;
        for my $round (1 .. 60)
        {
            my $t = $literal;
            my $at = int rand $n;
            my $how = $round % 6;
            if ($how == 0) { $t = substr($t, 0, $at); }
            elsif ($how == 1) { substr($t, $at, 1) = chr(33 + int rand 90); }
            elsif ($how == 2) { substr($t, $at, 0) = (qw(9999999999999999999 - NaN ; " { } 0 :), ",")[ int rand 10 ]; }
            elsif ($how == 3) { $t =~ s/(\d+)/rand() < 0.1 ? (2147483647, 9223372036854775807, -1, 0, -2147483648)[ int rand 5 ] : $1/ge; }
            elsif ($how == 4) { substr($t, $at, 1 + int rand 10) = ''; }
            else { $t .= $t; }
            push @damaged, "INSERT INTO public.got_$type SELECT v FROM (SELECT "
              . quoted($t) . "::saaskpi.$type AS v) AS q WHERE (v::text)::saaskpi.${type}::text = v::text OR public.unlike()";
        }
    }
}
sql($node, join '', map { "CREATE TABLE public.got_$_ (v saaskpi.$_);" } @states);
sql($node, "CREATE FUNCTION public.unlike() RETURNS boolean LANGUAGE plpgsql AS \$\$"
    . " BEGIN RAISE EXCEPTION 'printed and read it is another' USING ERRCODE = 'XX000'; END \$\$;"
    . "CREATE OR REPLACE FUNCTION public.probe(statement text) RETURNS text LANGUAGE plpgsql AS \$\$"
    . " BEGIN EXECUTE statement; RETURN 'ok';"
    . " EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM; END \$\$;");
($answers, $alive, $err) = ask_all(@damaged);
judge('damaged literals', $answers, \@damaged, $alive, $err);
my @unclean = grep { ($answers->[$_] // '') !~ /^(?:ok|22|0A000)/ } 0 .. $#damaged;
is(scalar @unclean, 0, 'damaged literals are accepted or refused as invalid text')
  or diag(join "\n", map { $answers->[$_] } @unclean[ 0 .. ($#unclean < 5 ? $#unclean : 5) ]);
cmp_ok(scalar(grep { ($_ // '') =~ /^22/ } @$answers), '>', @damaged / 3,
    'and many are refused');

# Damaged bytes through binary COPY: cut, grown, bits flipped.
my $copies = work_dir() . '/copies.sql';
open($out, '>', $copies) or die;
print $out "\\set QUIET on\nSET statement_timeout = '20s';\n";
my $count = 0;
for my $type (@states)
{
    for my $hex (map { sql($node, "SELECT encode(saaskpi_internal.${type}_send(" . quoted($_) . "::saaskpi.$type), 'hex')") } @{ $good{$type} }[ 0, -1 ])
    {
        my $bytes = pack 'H*', $hex;
        my $n = length $bytes;
        for my $round (1 .. 60)
        {
            my $b = $bytes;
            # mostly in the head, which says what follows
            my $at = int rand(rand() < 0.6 && $n > 40 ? 40 : $n);
            my $how = $round % 5;
            if ($how == 0) { $b = substr($b, 0, int rand $n); }
            elsif ($how == 1) { substr($b, $at, 1) ^= chr(1 << int rand 8); }
            elsif ($how == 2) { substr($b, $at, 1) = chr(int rand 256); }
            elsif ($how == 3) { substr($b, $at, 4) = "\x7f\xff\xff\xff"; }
            else { $b .= "\0" x (1 + int rand 20); }
            my $file = work_dir() . "/d$count.bin";
            open(my $bin, '>:raw', $file) or die;
            print $bin "PGCOPY\n\xff\r\n\0", pack('NN', 0, 0),
                pack('n', 1), pack('N', length $b), $b, pack('n', 0xffff);
            close $bin;
            print $out "COPY public.got_$type FROM '$file' with (FORMAT binary);\n\\echo :SQLSTATE :LAST_ERROR_MESSAGE\n";
            $count++;
        }
    }
}
print $out "SELECT 'alive';\n";
close $out;
$node->psql('postgres', undef, stdout => \$said, stderr => \$err,
    on_error_stop => 0, extra_params => [ '-f', $copies ]);
like($said, qr/^alive$/m, "damaged bytes: the backend lived through $count copies")
  or diag(substr($err, -500));
@said = grep { /^[0-9A-Z]{5}(?: |$)/ } split /\n/, $said;
is(scalar @said, $count, 'damaged bytes: each was answered');
@unclean = grep { !/^(?:00000|22|08P01|54|0A000 state \w+ has version )/ } @said;
is(scalar @unclean, 0, 'damaged bytes are accepted or refused as invalid')
  or diag(join "\n", @unclean[ 0 .. ($#unclean < 5 ? $#unclean : 5) ]);
cmp_ok(scalar(grep { !/^00000/ } @said), '>', $count / 3, 'and many are refused');

# What was accepted, through every accessor and aggregate of its type.
my @used;
for my $f (@functions)
{
    my ($signature, $kind, $name, $types, $set) = @$f;
    my @types = split /;/, $types;
    next if $kind eq 'p' || !@types || $name =~ /_(?:accum|combine|final)$/;
    (my $first = $types[0]) =~ s/^saaskpi\.//;
    next unless grep { $_ eq $first } @states;
    my $rest = join '', map { ", $odd{$_}[0]" } @types[ 1 .. $#types ];
    my $rows = sql($node, "SELECT count(*) FROM public.got_$first");
    push @used, $kind eq 'a'
      ? "SELECT $name(v$rest) FROM (SELECT v FROM public.got_$first OFFSET $_ LIMIT 1) AS q"
      : $set eq 't'
      ? "SELECT count(*) FROM (SELECT v FROM public.got_$first OFFSET $_ LIMIT 1) AS q, LATERAL (SELECT * FROM $name(v$rest) LIMIT 20000) AS x"
      : "SELECT $name(v$rest) FROM (SELECT v FROM public.got_$first OFFSET $_ LIMIT 1) AS q"
      for map { $_ * (1 + int($rows / 40)) } 0 .. 39;
}
($answers, $alive, $err) = ask_all(@used);
# A level below zero is found only on the walk through the whole state: such a
# forgery is refused on use, as corrupt, which is not an internal error.
s{^XX001 (?=.*: stored state is corrupt\z)}{22000 } for grep { defined } @$answers;
judge('accepted though damaged', $answers, \@used, $alive, $err);

# Storms of errors leave nothing behind.
my @storms = (
    [ 'a literal that is no state', "PERFORM 'garbage'::saaskpi.mrr_flow" ],
    [ 'a cut literal', "PERFORM left(g, -5)::saaskpi.mrr_flow" ],
    [ 'an unknown interval', "PERFORM saaskpi.monthly_price(1, 'fortnight')" ],
    [ 'an unknown grain', "PERFORM saaskpi.mrr_flow(h, 'decade', '2021-06-01')" ],
    [ 'an infinite day', "PERFORM * FROM saaskpi.mrr_movements(h, 'infinity')" ],
    [ 'unlike states in a roll-up', "PERFORM saaskpi.rollup(x) FROM (VALUES (saaskpi.mrr_flow(h, 'day', '2021-06-01')), (saaskpi.mrr_flow(h, 'month', '2021-06-01'))) AS v(x)" ],
    [ 'an unknown schema', "PERFORM * FROM saaskpi.check_sources('nowhere')" ]);
my $session = $node->background_psql('postgres', on_error_stop => 0);
my $pid = $session->query('SELECT pg_backend_pid()');
my $storm = sub {
    my ($times, $statement) = @_;
    return $session->query(<<"SQL");
DO \$do\$
DECLARE
    g text := (SELECT value FROM public.good WHERE kind = 'mrr_flow' LIMIT 1);
    h saaskpi.mrr_history := (SELECT value FROM public.good WHERE kind = 'mrr_history' LIMIT 1);
    caught int := 0;
BEGIN
    FOR i IN 1 .. $times LOOP
        BEGIN
            $statement;
        EXCEPTION WHEN OTHERS THEN
            caught := caught + 1;
        END;
    END LOOP;
    PERFORM set_config('test.caught', caught::text, false);
END
\$do\$;
SELECT current_setting('test.caught')
SQL
};
for (@storms)
{
    my ($what, $statement) = @$_;
    $storm->(500, $statement);
    my $before = rss_kb($pid);
    my $caught = $storm->(5000, $statement);
    my $grown = defined $before ? rss_kb($pid) - $before : 0;
    is($caught, '5000', "5,000 times $what: all caught");
    cmp_ok($grown, '<=', 2048, 'and the backend grew by at most 2 MB');
}
$session->quit;

end_of_test($node);
