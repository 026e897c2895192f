#!/usr/bin/perl
# What is dumped comes back: sources, settings, log, states of every type, and
# all kpi relations filled, commented and equal, ready for the next refresh.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use SaaskpiTest;
use Test::More;

my $node = new_node('dump');
load_company($node, 'acme', customers => 1200, months => 30);
make_views($node, 'acme', as_of => '2023-06-15');
sql($node, <<'END');
UPDATE acme.kpi_settings SET conversion_days = 45, change_warn = 0.05, currency = 'EUR';
CALL saaskpi.refresh('acme');
-- another schema with a name that needs quotes, made but never filled
CALL saaskpi.create_source_tables('Or"der; --');
CALL saaskpi.create_views('Or"der; --');
-- a column of every state type
SELECT format('CREATE TABLE public.states (id int, %s)',
              string_agg(format('%I saaskpi.%I', typname, typname), ', ' ORDER BY typname))
  FROM pg_type WHERE typnamespace = 'saaskpi'::regnamespace AND typtype = 'b' AND typcategory <> 'A'
\gexec
INSERT INTO public.states (id, mrr_history, activity, mrr_flow, mrr_retention, cohort_matrix, revenue_flow, cash_bridge, conversion_curve)
SELECT row_number() OVER (ORDER BY c.customer_id), c.mrr_history, c.payment_history,
       saaskpi.mrr_flow(c.mrr_history, 'week', '2023-06-15'),
       saaskpi.mrr_retention(c.mrr_history, 3, 'quarter', '2023-06-15'),
       saaskpi.cohort_matrix(c.payment_history, '2023-06-15'),
       saaskpi.revenue_flow(c.payment_history, '2023-06-15'),
       saaskpi.cash_bridge(c.mrr_history, c.payment_history, '2023-06-15'), NULL
  FROM acme.kpi_customers_mat AS c;
INSERT INTO public.states (id, mrr_flow, conversion_curve, cohort_matrix)
SELECT -row_number() OVER (), flow, conversion, cohorts_signup FROM acme.kpi_summaries_mat;
END

my $rows = "SELECT md5(string_agg(%s, E'\\n' ORDER BY %s COLLATE \"C\")) FROM %s AS r";
my %asked = (
    'states as text' => sprintf($rows, 'r::text', 'r::text', 'public.states'),
    'states as bytes' => "SELECT md5(string_agg(md5(concat_ws(' ', id,"
      . ' saaskpi.mrr_history_send(mrr_history), saaskpi.activity_send(activity),'
      . ' saaskpi.mrr_flow_send(mrr_flow), saaskpi.mrr_retention_send(mrr_retention),'
      . ' saaskpi.cohort_matrix_send(cohort_matrix), saaskpi.revenue_flow_send(revenue_flow),'
      . ' saaskpi.cash_bridge_send(cash_bridge), saaskpi.conversion_curve_send(conversion_curve)'
      . ")), '' ORDER BY id)) FROM public.states",
    'settings' => 'SELECT g FROM acme.kpi_settings AS g',
    'log' => sprintf($rows, 'r::text', 'r::text', 'acme.kpi_refresh_log'),
    'steps' => sprintf($rows, 'r::text', 'r::text', 'acme.kpi_refresh_steps'),
    map({ ("source $_" => sprintf($rows, 'r::text', 'r::text', "acme.$_")) }
        qw(customers subscriptions payments costs)),
    map({ ("view $_" => sprintf($rows, 'r::text', 'r::text', "acme.$_")) }
        relations($node)),
    'comments' => <<'END',
SELECT count(*), md5(string_agg(k.relname || d.objsubid || d.description, '' ORDER BY k.relname COLLATE "C", d.objsubid))
  FROM pg_description AS d JOIN pg_class AS k ON d.classoid = 'pg_class'::regclass AND k.oid = d.objoid
 WHERE k.relnamespace::regnamespace::text IN ('acme', '"Or""der; --"')
END
    'columns' => <<'END',
SELECT count(*), md5(string_agg(concat_ws(' ', k.relname, k.relkind, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod)), ',' ORDER BY k.relnamespace::regnamespace::text COLLATE "C", k.relname COLLATE "C", a.attnum))
  FROM pg_class AS k JOIN pg_attribute AS a ON a.attrelid = k.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE k.relnamespace::regnamespace::text IN ('acme', '"Or""der; --"')
END
    'indexes' => <<'END',
SELECT md5(string_agg(indexdef, E'\n' ORDER BY indexdef COLLATE "C")) FROM pg_indexes WHERE schemaname = 'acme'
END
    'unfilled relations' => <<'END',
SELECT string_agg(relname, ' ' ORDER BY relname COLLATE "C") FROM pg_class
 WHERE relkind = 'm' AND NOT relispopulated
END
);
my %want = map { $_ => sql($node, $asked{$_}) } keys %asked;
my $stored = fingerprint($node, 'acme');
cmp_ok((split /\|/, $want{comments})[0], '>', 150,
    'relations and columns have comments to keep');

my $dir = work_dir();
my @how = (
    [ 'plain', [ 'pg_dump', '-Fp', '-f', "$dir/plain.sql" ],
      [ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/plain.sql", '-d' ] ],
    [ 'custom', [ 'pg_dump', '-Fc', '-f', "$dir/custom" ],
      [ 'pg_restore', '--exit-on-error', '-d' ], "$dir/custom" ],
    [ 'directory', [ 'pg_dump', '-Fd', '-j', '2', '-f', "$dir/directory" ],
      [ 'pg_restore', '--exit-on-error', '-j', '2', '-d' ], "$dir/directory" ]);
for my $how (@how)
{
    my ($name, $dump, $restore, @file) = @$how;
    my $db = "restored_$name";
    $node->command_ok([ @$dump, '-p', $node->port, '-h', $node->host, 'postgres' ],
        "$name: dumped");
    sql($node, "CREATE DATABASE $db TEMPLATE template0");
    $node->command_ok([ @$restore, $node->connstr($db), @file ],
        "$name: restored without an error");
    for my $what (sort keys %asked)
    {
        my $got = sql($node, $asked{$what}, $db);
        is($got, $want{$what}, "$name: $what") if $got ne $want{$what};
    }
    is(scalar(grep { sql($node, $asked{$_}, $db) eq $want{$_} } keys %asked),
        scalar keys %asked, "$name: everything asked for is equal");
    is(fingerprint($node, 'acme', $db), $stored,
        "$name: the stored relations are equal, states included");
    sql($node, "CALL saaskpi.refresh('acme')", $db);
    is(fingerprint($node, 'acme', $db), $stored,
        "$name: a refresh there works and changes nothing");
    is(sql($node, 'SELECT max(run_id) FROM acme.kpi_refresh_log', $db), '3',
        "$name: the log goes on counting");
    is(sql($node, "SELECT count(*) FROM saaskpi.check_identities('acme') WHERE NOT holds", $db),
        '0', "$name: the identities hold");
    sql($node, q{CALL saaskpi.refresh('Or"der; --')}, $db);
    is(sql($node, q{SELECT status FROM "Or""der; --".kpi_refresh_log}, $db),
        'ok', "$name: the schema that was never filled can be filled");
}

# States through binary COPY.
my $file = "$dir/states.bin";
sql($node, <<"END");
\\copy public.states to '$file' with (format binary)
CREATE TABLE public.again (LIKE public.states);
\\copy public.again from '$file' with (format binary)
END
(my $again = $asked{'states as bytes'}) =~ s/public\.states/public.again/;
is(sql($node, $again), $want{'states as bytes'},
    'states survive binary COPY byte by byte');
for my $storage (qw(plain external extended main))
{
    my $is = sql($node, join "\n",
        "CREATE TABLE public.kept_$storage (LIKE public.states);",
        map({ "ALTER TABLE public.kept_$storage ALTER $_ SET STORAGE $storage;" }
            qw(mrr_history activity cohort_matrix)),
        "INSERT INTO public.kept_$storage SELECT * FROM public.states"
          . " WHERE coalesce(length(saaskpi.cohort_matrix_send(cohort_matrix)), 0) < 7000;",
        "SELECT count(*) FROM (SELECT r::text FROM public.kept_$storage AS r"
          . " EXCEPT ALL SELECT r::text FROM public.states AS r) AS q;");
    is($is, '0', "states survive storage $storage");
}

end_of_test($node);
