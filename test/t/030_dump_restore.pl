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
SET client_min_messages = error;
CALL saaskpi.train_churn('acme', horizon => 60, snapshots => 8, test_snapshots => 2, promote => false);
CALL saaskpi.train_segments('acme', k => 4, promote => false);
UPDATE acme.kpi_settings SET churn_model = 1, segment_model = 1;
CALL saaskpi.refresh('acme');
-- something to look back at
UPDATE acme.subscriptions SET monthly_price = monthly_price + 1 WHERE start_date < '2021-06-01';
CALL saaskpi.refresh('acme');
CALL saaskpi.freeze('acme', '2022-03-01');
-- another schema with a name that needs quotes, made but never filled
CALL saaskpi.create_source_tables('Or"der; --');
CALL saaskpi.create_views('Or"der; --');
-- views over an export, and what was kept of it
CREATE SCHEMA stripe;
CREATE TABLE stripe.customers (id text, created integer);
CREATE TABLE stripe.subscriptions (id text, customer text, status text, created integer, trial_end integer, items jsonb);
INSERT INTO stripe.subscriptions SELECT 's' || i, 'c' || i % 3, 'active', 1700000000 + 86400 * i, CASE WHEN i = 2 THEN 1700900000 END,
    format('{"data": [{"id": "i%s", "quantity": %s, "price": {"id": "p", "currency": "eur", "unit_amount": 500, "recurring": {"interval": "month"}}}]}', i, i)::jsonb
  FROM generate_series(1, 5) AS i;
CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'mapped');
CALL saaskpi.capture('mapped', '2023-12-01');
UPDATE stripe.subscriptions SET items = replace(items::text, '500', '700')::jsonb WHERE id = 's4';
CALL saaskpi.capture('mapped', '2023-12-10');
END

# A column of every type, with values of each.
my %value = (
    mrr_history => 'c.mrr_history',
    activity => 'c.payment_history',
    mrr_flow => "saaskpi.mrr_flow(c.mrr_history, 'week', '2023-06-15')",
    mrr_retention => "saaskpi.mrr_retention(c.mrr_history, 3, 'quarter', '2023-06-15')",
    cohort_matrix => "saaskpi.cohort_matrix(c.payment_history, '2023-06-15')",
    revenue_flow => "saaskpi.revenue_flow(c.payment_history, '2023-06-15')",
    cash_bridge => "saaskpi.cash_bridge(c.mrr_history, c.payment_history, '2023-06-15')",
    conversion_curve => "(SELECT saaskpi.conversion_agg(signup, paid, 45, '2023-06-15')"
      . ' FROM (VALUES (c.signup_date, c.first_payment)) AS v (signup, paid))',
    series => "(SELECT saaskpi.series_agg(c.signup_date + n, n * 10.25, 'day')"
      . ' FROM generate_series(0, length(c.customer_id) * 10) AS n)',
    event_history => "(SELECT saaskpi.event_history_agg(c.signup_date + n * n, 'type ' || n % 3)"
      . ' FROM generate_series(0, length(c.customer_id)) AS n)',
    event_flow => "(SELECT saaskpi.event_flow_agg(h, 'week', '2023-06-15', 'monday') FROM"
      . " (SELECT saaskpi.event_history_agg(c.signup_date + n * n, 'type ' || n % 3) AS h FROM generate_series(0, length(c.customer_id)) AS n) AS q)",
    funnel_path => "(SELECT saaskpi.funnel_agg(c.signup_date + n * n * interval '7 minutes', chr(97 + n % 4), '{a,b,c}', '1 day', 'strict_order')"
      . ' FROM generate_series(0, length(c.customer_id)) AS n)',
    order_history => "(SELECT saaskpi.order_history_agg(c.signup_date + n * n * interval '7 hours', n * 10.25, n, n % 4, n % 5 = 4)"
      . ' FROM generate_series(0, length(c.customer_id)) AS n)',
    ledger => "(SELECT saaskpi.ledger_agg(c.signup_date + n, NULL, length(c.customer_id) * 10.25, 'A', 'past_due', c.signup_date + 9, NULL, NULL, c.signup_date + 70, NULL, 'voluntary', 1, 2, 2.5, true, NULL, false)"
      . ' FROM generate_series(0, 0) AS n)',
    ledger_flow => "(SELECT saaskpi.ledger_flow_agg(l, saaskpi.mrr_policy(), '2023-06-15') FROM (SELECT saaskpi.ledger_agg(c.signup_date + n, NULL, 10.25, 'A', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, 2.5, false, NULL, false) AS l FROM generate_series(0, 0) AS n) AS q)",
    scores => "(SELECT saaskpi.scores_agg(sin(n) * length(c.customer_id), n % 3 = 0)"
      . ' FROM generate_series(0, length(c.customer_id)) AS n)',
    session_set => "(SELECT saaskpi.session_set_agg(c.signup_date + n * n * interval '7 minutes', '30 minutes', NULL)"
      . ' FROM generate_series(0, length(c.customer_id)) AS n)');
my @types = split /\n/, sql($node, <<'END');
SELECT t.typname FROM pg_type AS t JOIN pg_depend AS d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
  JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND e.extname = 'saaskpi'
 WHERE t.typtype = 'b' AND t.typcategory <> 'A' ORDER BY t.typname COLLATE "C"
END
is("@types", join(' ', sort keys %value), 'every type of the extension has values here');
my %send = map { split /\|/ } split /\n/, sql($node,
    "SELECT typname, typsend::regproc FROM pg_type WHERE typtype = 'b' AND typname IN ('"
      . join("', '", @types) . "')");
my $bytes = join ', ', map { "$send{$_}($_)" } @types;
sql($node, sprintf(<<'END', join(', ', map { "$value{$_} AS $_" } @types)));
CREATE TABLE public.states AS SELECT row_number() OVER (ORDER BY c.customer_id)::int AS id, %s FROM acme.kpi_customers_mat AS c;
-- large ones, and many that are null
INSERT INTO public.states (id, mrr_flow, conversion_curve, cohort_matrix)
SELECT -row_number() OVER (), flow, conversion, cohorts_signup FROM acme.kpi_summaries_mat;
END
# The types of which a table of states holds no value.
sub lacking
{
    my ($table) = @_;
    my $filled = sql($node, 'SELECT ' . join(', ', map { "count($_) > 0" } @types)
        . " FROM $table");
    my @filled = split /\|/, $filled;
    return join ' ', map { $types[$_] } grep { $filled[$_] ne 't' } 0 .. $#types;
}
is(lacking('public.states'), '', 'which are not all null');

my $rows = "SELECT md5(string_agg(%s, E'\\n' ORDER BY %s COLLATE \"C\")) FROM %s AS r";
my %asked = (
    'states as text' => sprintf($rows, 'r::text', 'r::text', 'public.states'),
    'states as bytes' =>
      "SELECT md5(string_agg(md5(concat_ws(' ', id, $bytes)), '' ORDER BY id)) FROM public.states",
    'settings' => 'SELECT g FROM acme.kpi_settings AS g',
    'first report' => "SELECT md5(string_agg(a::text, '' ORDER BY period)) FROM saaskpi.as_of('acme', run => 1) AS a",
    'restatements' => "SELECT count(*) > 9, md5(string_agg(a::text, '' ORDER BY rank)) FROM saaskpi.explain_restatement('acme', '2022-05-01') AS a",
    'frozen months' => sprintf($rows, 'r::text', 'r::text', 'acme.kpi_frozen_months'),
    'log' => sprintf($rows, 'r::text', 'r::text', 'acme.kpi_refresh_log'),
    'steps' => sprintf($rows, 'r::text', 'r::text', 'acme.kpi_refresh_steps'),
    map({ ("source $_" => sprintf($rows, 'r::text', 'r::text', "acme.$_")) }
        qw(customers subscriptions payments costs)),
    map({ ("view $_" => sprintf($rows, 'r::text', 'r::text', "acme.$_")) }
        relations($node)),
    map({ ("mapped $_" => sprintf($rows, 'r::text', 'r::text', "mapped.$_")) }
        qw(subscriptions subscriptions_billed subscriptions_captured)),
    map({ ("models $_" => sprintf($rows, 'r::text', 'r::text', "acme.kpi_${_}_models")) }
        qw(churn segment)),
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
is(sql($node, 'SELECT (SELECT count(*) FROM acme.kpi_churn_scores) > 0, (SELECT count(*) FROM acme.kpi_customer_segments) > 0'),
    't|t', 'among them what models say of everybody');
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
    is(sql($node, 'SELECT max(run_id) FROM acme.kpi_refresh_log', $db), '4',
        "$name: the log goes on counting");
    is(sql($node, "SELECT count(*) FROM saaskpi.check_identities('acme') WHERE NOT holds", $db),
        '0', "$name: the identities hold");
    sql($node, q{CALL saaskpi.refresh('Or"der; --')}, $db);
    is(sql($node, q{SELECT status FROM "Or""der; --".kpi_refresh_log}, $db),
        'ok', "$name: the schema that was never filled can be filled");
    sql($node, "CALL saaskpi.map_source('stripe_sync_engine', 'stripe', 'mapped'); CALL saaskpi.capture('mapped', '2023-12-20')", $db);
    is(sql($node, $asked{'mapped subscriptions'}, $db), $want{'mapped subscriptions'},
        "$name: views over an export are known again, and what changed is looked for");
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
        map({ "ALTER TABLE public.kept_$storage ALTER $_ SET STORAGE $storage;" } @types),
        "INSERT INTO public.kept_$storage SELECT * FROM public.states"
          . " WHERE length(concat($bytes)) < 14000;",
        "SELECT count(*) FROM (SELECT r::text FROM public.kept_$storage AS r"
          . " EXCEPT ALL SELECT r::text FROM public.states AS r) AS q;");
    is($is, '0', "states survive storage $storage");
    is(lacking("public.kept_$storage"), '', 'of every type');
}

end_of_test($node);
