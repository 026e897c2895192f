#!/usr/bin/perl
# The same bytes whatever the plan: serial, two and four workers, partition by
# partition or not, sorted, spilling, rows in another order, tables without
# partitions or keys.  And the plans are those the design promises.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use SaaskpiTest;
use Test::More;

# Workers start faster where the library is loaded already.
my $node = new_node('parallel', conf => "shared_preload_libraries = 'saaskpi'\n");
look_up_alone($node);
load_company($node, 'parts', customers => 12000, months => 36, partitions => 32);

# Some end after as_of, so that something is scheduled.
sql($node, "UPDATE parts.subscriptions SET end_date = '2024-02-10' WHERE end_date IS NULL AND md5(subscription_id) < '1'");

# The same rows elsewhere: plain tables without a key (so that customers are
# made distinct first), and partitions filled in another order.
sql($node, <<'END');
CREATE SCHEMA plain;
CREATE TABLE plain.customers AS SELECT * FROM parts.customers ORDER BY md5(customer_id);
CREATE TABLE plain.subscriptions AS SELECT * FROM parts.subscriptions ORDER BY md5(subscription_id);
CREATE TABLE plain.payments AS SELECT * FROM parts.payments ORDER BY md5(payment_id);
CREATE TABLE plain.costs AS SELECT * FROM parts.costs ORDER BY month DESC;
CALL saaskpi.create_source_tables('shuffled', partitions => 32);
INSERT INTO shuffled.customers SELECT * FROM parts.customers ORDER BY md5('x' || customer_id);
INSERT INTO shuffled.subscriptions SELECT * FROM parts.subscriptions ORDER BY md5('x' || subscription_id);
INSERT INTO shuffled.payments SELECT * FROM parts.payments ORDER BY md5('x' || payment_id);
INSERT INTO shuffled.costs SELECT * FROM parts.costs;
END
sql($node, "CREATE TABLE plain.$_ (LIKE parts.$_)") for everything_else();
sql($node, 'ANALYZE');

my $cheap = <<'END';
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
END
my $partwise = "SET enable_partitionwise_aggregate = on;\n"
  . "SET enable_partitionwise_join = on;\n";
# Less memory would make the planner sort; without sorts it must hash, and
# what does not fit goes to disk.
my $small = "SET work_mem = '64kB';";
my $hashed = "$small SET enable_sort = off; SET enable_indexscan = off;";
my %mode = (
    'serial' => 'SET max_parallel_workers_per_gather = 0;',
    'two workers' => "$cheap SET max_parallel_workers_per_gather = 2;",
    'four workers' => "$cheap SET max_parallel_workers_per_gather = 4;",
    'two workers, partition by partition' =>
      "$cheap $partwise SET max_parallel_workers_per_gather = 2;",
    'serial, partition by partition' =>
      "$partwise SET max_parallel_workers_per_gather = 0;",
    'spilling' => "$hashed SET max_parallel_workers_per_gather = 0;",
    'spilling, two workers' =>
      "$cheap $hashed SET max_parallel_workers_per_gather = 2;",
    'sorted on disk, two workers' =>
      "$cheap $small SET enable_hashagg = off; SET max_parallel_workers_per_gather = 2;");

# A refresh in one session, with settings of its own.
sub refresh_as
{
    my ($schema, $mode) = @_;
    sql($node, "$mode{$mode} CALL saaskpi.refresh('$schema')");
    return fingerprints($node, $schema);
}

sub same_relations
{
    my ($got, $want, $what) = @_;
    my @unlike = grep { ($got->{$_} // '') ne $want->{$_} } sort keys %$want;
    is(join(' ', @unlike), '', "every relation is byte-equal: $what");
    return;
}

make_views($node, $_, unfilled => 1) for qw(parts plain shuffled);
my $want = refresh_as('parts', 'serial');
is(scalar keys %$want, scalar(mats($node)), 'every relation was compared');
cmp_ok((split / /, $want->{kpi_customers_mat})[0], '>', 10000,
    'and has rows: more than 10,000 customers');
# Of those that its sources fill; events, orders and deals follow below.
is(join(' ', grep { $want->{"${_}_mat"} =~ /^0 / && !untrained($_) } subscription_relations($node)), '',
    'no relation is empty');

# A small company with an event log, a shop and a sales team: serial, and by
# workers from tables without keys whose rows lie in another order.
load_company($node, 'whole', customers => 250, months => 14, everything => 1);
sql($node, 'CREATE SCHEMA mixed');
sql($node, "CREATE TABLE mixed.$_ AS SELECT * FROM whole.$_ AS r ORDER BY md5(r::text)")
  for qw(customers subscriptions payments costs), everything_else();
make_views($node, $_, as_of => '2022-02-10', unfilled => 1) for qw(whole mixed);
my $whole = refresh_as('whole', 'serial');
is(join(' ', grep { $whole->{$_} =~ /^0 / && !untrained($_) } sort keys %$whole), '',
    'of a company with all sources no relation is empty');
same_relations(refresh_as('mixed', 'two workers'), $whole, 'with all sources, in another order, by two workers');
same_relations(refresh_as('whole', 'two workers'), $whole, 'and over themselves by two workers');

# The same models, and the same of everybody, from rows in another order and by
# workers; in use whether the invented customers can be told or not.
sub train_as
{
    my ($schema, $mode) = @_;
    sql($node, <<"END");
SET client_min_messages = error;
$mode{$mode}
CALL saaskpi.train_churn('$schema', horizon => 30, snapshots => 8, test_snapshots => 2, promote => false);
CALL saaskpi.train_segments('$schema', k => 4, promote => false);
UPDATE $schema.kpi_settings SET churn_model = 1, segment_model = 1;
END
    return sql($node, "SELECT md5((to_jsonb(m) - 'trained_at')::text) FROM $schema.kpi_churn_models AS m"
        . " UNION ALL SELECT md5((to_jsonb(m) - 'trained_at')::text) FROM $schema.kpi_segment_models AS m");
}
my $models = train_as('whole', 'serial');
like($models, qr/^\w{32}\n\w{32}$/, 'a model of who leaves, and one of groups');
is(train_as('mixed', 'two workers'), $models, 'byte-equal from rows in another order, by two workers');
$whole = refresh_as('whole', 'serial');
is(join(' ', grep { $whole->{$_} =~ /^0 / } sort keys %$whole), '',
    'with models no relation is empty at all');
same_relations(refresh_as('mixed', 'two workers'), $whole, 'with models, in another order, by two workers');

same_relations(refresh_as('plain', 'four workers'), $want,
    'tables without partitions or keys, refreshed by four workers');
my $on_disk = "SELECT temp_bytes FROM pg_stat_database WHERE datname = 'postgres'";
my $before = sql($node, $on_disk);
same_relations(refresh_as('shuffled', 'spilling, two workers'), $want,
    'rows in another order, refreshed in 64 kB of memory by two workers');
ok(wait_until($node, "SELECT ($on_disk) - $before > 1000000"),
    'which wrote more than a megabyte to disk');
same_relations(refresh_as('parts', 'two workers'), $want,
    'and refreshed again over themselves by two workers');

# The queries of the relations by themselves, which takes the settings as they
# are: refresh sets partition-wise aggregation itself.
my %query = map { split /\t/ } split /\n/, sql($node, <<'END');
SELECT relation || E'_mat\t' || regexp_replace(saaskpi_internal.expand(saaskpi_internal.with_branches(r, e), e), '\s+', ' ', 'g')
  FROM saaskpi_internal.relations AS r, saaskpi_internal.environment('parts') AS e WHERE maintained NOT IN ('own', 'view', 'shown')
END

# Of no rows there is nothing to tell.
my %filled = map { $_ => $want->{$_} } grep { $want->{$_} !~ /^0 / } keys %query;
cmp_ok(scalar keys %filled, '>', 20, 'more than 20 of them have rows');
for my $mode (sort keys %mode)
{
    my @parts = map
    {
        "SELECT '$_', count(*) || ' ' || coalesce(md5(string_agg(r::text,"
        . " E'\\n' ORDER BY r::text COLLATE \"C\")), '') FROM ($query{$_}) AS r;"
    } sort keys %filled;
    my %got = map { split /\|/ } split /\n/,
      sql($node, "$mode{$mode}\n" . join "\n", @parts);
    same_relations(\%got, \%filled, "queries run $mode");
}

# The plans.
sub plan_of
{
    my ($schema, $relation, $mode, $explain) = @_;
    (my $query = $query{"${relation}_mat"}) =~ s/\bparts\./$schema./g;
    return sql($node, "$mode{$mode}\n" . ($explain || 'EXPLAIN (COSTS OFF)')
        . " $query");
}

# Shapes differ between versions of the server: 18 sorts before a partial
# aggregate.
my $plan = plan_of('parts', 'kpi_customers', 'two workers');
like($plan, qr/Finalize (?:Hash|Group|Mixed)?Aggregate.*Partial (?:Hash|Group)Aggregate.*Parallel Append/s,
    'kpi_customers: partial and final aggregate without partition-wise plans')
  or diag($plan);
$plan = plan_of('plain', 'kpi_customers', 'two workers');
like($plan, qr/Partial HashAggregate\n[^\n]*Group Key: [^\n]*payments.customer_id[^\n]*\n\s+->\s+Parallel Seq Scan on payments/,
    'the same over a plain table') or diag($plan);
$plan = plan_of('parts', 'kpi_summaries', 'two workers');
my $partial = qr/Partial (?:Hash|Group)Aggregate\b[^\n]*\n(?:(?!.*->)[^\n]*\n|\s+->\s+Sort\b[^\n]*\n)*/;
like($plan, qr/Finalize (?:Hash|Group)Aggregate.*$partial\s+->\s+Parallel Seq Scan on kpi_customers_mat/s,
    'kpi_summaries: partial aggregate over a parallel scan of kpi_customers')
  or diag($plan);

# What a refresh runs where the sources are partitioned alike: whole partitions
# from the scans to the joined row, each source read once.
my $branches = sql($node, <<'END');
SELECT saaskpi_internal.partitioned_query(d.query, 'customer_id', d.key_sources, saaskpi_internal.environment('parts'), true)
  FROM saaskpi_internal.relations AS d WHERE d.relation = 'kpi_customers'
END
$plan = sql($node, "$mode{'two workers'} SET min_parallel_table_scan_size = '1GB'; EXPLAIN (COSTS OFF) $branches");
like($plan, qr/^Gather\n\s+Workers Planned: 2\n\s+->\s+Parallel Append\n\s+->\s+Hash Full Join/,
    'a first fill joins the partitions side by side') or diag($plan);
for my $source (qw(customers subscriptions payments))
{
    my @scans = $plan =~ /Seq Scan on ${source}_p\d+/g;
    is(scalar @scans, 32, "and reads $source once") or diag($plan);
}
is(scalar(() = $plan =~ /Hash Full Join/g), 64, 'with two joins each') or diag($plan);

# The fall back: not all three, not alike, not for this role to read.
sub shared
{
    return sql($node, "$_[0] SELECT count(*) FROM saaskpi_internal.shared_partitions("
        . "'{customers,subscriptions,payments}', saaskpi_internal.environment('$_[1]'))");
}
is(shared('', 'parts'), 32, 'partitions made by create_source_tables are shared');
is(shared('', 'plain'), 0, 'plain tables have none');
sql($node, <<'END');
CREATE SCHEMA four;
CREATE TABLE four.customers (LIKE plain.customers) PARTITION BY HASH (customer_id);
CREATE TABLE four.customers_0 PARTITION OF four.customers FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE four.customers_1 PARTITION OF four.customers FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE four.subscriptions (LIKE plain.subscriptions) PARTITION BY HASH (customer_id);
CREATE TABLE four.subscriptions_0 PARTITION OF four.subscriptions FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE four.subscriptions_1 PARTITION OF four.subscriptions FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE four.payments (LIKE plain.payments) PARTITION BY HASH (customer_id);
CREATE TABLE four.payments_0 PARTITION OF four.payments FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE four.costs (LIKE plain.costs);
END
is(shared('', 'four'), 0, 'nor have tables of which one lacks a partition');
sql($node, 'CREATE TABLE four.payments_1 PARTITION OF four.payments FOR VALUES WITH (MODULUS 2, REMAINDER 1)');
is(shared('', 'four'), 2, 'other people\'s partitions are shared as well');
sql($node, <<'END');
CREATE ROLE analyst;
GRANT USAGE ON SCHEMA saaskpi, four TO analyst;
GRANT SELECT ON four.customers, four.subscriptions, four.payments, four.costs TO analyst;
END
is(shared('SET ROLE analyst;', 'four'), 0, 'not for a role that may read the tables only as a whole');
sql($node, 'DROP TABLE four.payments_1; CREATE TABLE four.payments_1 PARTITION OF four.payments FOR VALUES WITH (MODULUS 4, REMAINDER 1)');
is(shared('', 'four'), 0, 'partitions of other bounds are not alike');
sql($node, 'DROP TABLE four.payments; CREATE TABLE four.payments (LIKE plain.payments) PARTITION BY HASH (payment_id);
    CREATE TABLE four.payments_0 PARTITION OF four.payments FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE four.payments_1 PARTITION OF four.payments FOR VALUES WITH (MODULUS 2, REMAINDER 1)');
is(shared('', 'four'), 0, 'nor are those by another column');

# Customers who change, who are known from one source only, who are gone: a
# refresh over the old rows gives what a first fill gives.
for my $schema (qw(plain shuffled))
{
    sql($node, <<"END");
SET search_path = $schema;
DELETE FROM customers WHERE customer_id LIKE '%7';
DELETE FROM customers WHERE customer_id LIKE '%13';
DELETE FROM subscriptions WHERE customer_id LIKE '%13';
DELETE FROM payments WHERE customer_id LIKE '%13';
DELETE FROM customers WHERE customer_id LIKE '%21';
DELETE FROM subscriptions WHERE customer_id LIKE '%21';
UPDATE subscriptions SET monthly_price = monthly_price + 1 WHERE customer_id LIKE '%5';
UPDATE customers SET segment = 'moved' WHERE customer_id LIKE '%99';
INSERT INTO payments VALUES ('ghost', 'ghost', '2024-01-01', 7, 'Success');
END
    my $over = refresh_as($schema, 'two workers');
    is(sql($node, "SELECT count(*) FROM $schema.kpi_customers"),
        sql($node, "SELECT count(*) FROM (SELECT customer_id FROM $schema.customers UNION SELECT customer_id
                    FROM $schema.subscriptions UNION SELECT customer_id FROM $schema.payments WHERE payment_date <=
                    (SELECT effective_as_of FROM $schema.kpi_settings)) AS x"),
        "$schema: whoever some source knows is there, nobody else");
    sql($node, "CALL saaskpi.drop_views('$schema')");
    make_views($node, $schema, unfilled => 1);
    same_relations($over, refresh_as($schema, 'two workers'),
        "$schema refreshed over other rows, and filled anew");
}

# What ran, not only what was planned.
my $run = 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF)';
my $launched = qr/Workers Launched: [12]\n(?:\s+->\s+Sort\b[^\n]*\n|(?!.*->)[^\n]*\n)*\s+->\s+/;
$plan = plan_of('parts', 'kpi_summaries', 'two workers', $run);
like($plan, qr/$launched$partial/, 'kpi_summaries: workers were launched')
  or diag($plan);
$plan = sql($node, "$mode{'two workers'} SET min_parallel_table_scan_size = '1GB'; $run $branches");
like($plan, qr/Workers Launched: [12]\n(?:(?!.*Gather)[^\n]*\n)*\s+->\s+Parallel Append[^\n]*\n\s+->\s+Hash Full Join/,
    'kpi_customers: workers were launched') or diag($plan);

# Did each aggregate by customer go to disk?
my $to_disk = qr/Batches: (?!1\b)\d+ [^\n]*Disk Usage: [1-9]/;
for my $schema (qw(parts plain))
{
    $plan = plan_of($schema, 'kpi_customers', 'spilling', $run);
    is(scalar(() = $plan =~ /HashAggregate[^\n]*\n[^\n]*\n\s+$to_disk/g), 2,
        "$schema: subscriptions and payments did not fit into 64 kB") or diag($plan);
    $plan = plan_of($schema, 'kpi_customers', 'spilling, two workers', $run);
    like($plan, qr/Finalize HashAggregate[^\n]*\n[^\n]*\n\s+$to_disk.*Partial HashAggregate[^\n]*\n[^\n]*\n\s+$to_disk/s,
        "$schema: nor did the partial and the final aggregate") or diag($plan);
    $plan = plan_of($schema, 'kpi_customers', 'sorted on disk, two workers', $run);
    like($plan, qr/Sort Method: external/, "$schema: nor did the sort") or diag($plan);
}

# Every aggregate under grouping sets and FILTER, serial against parallel,
# and against one plain GROUP BY per set.
my @calls = (
    "saaskpi.mrr_flow_agg(mrr_history, 'month', '2023-06-30')",
    "saaskpi.mrr_flow_agg(mrr_history, 'week', '2023-06-30')",
    "saaskpi.mrr_retention_agg(mrr_history, 3, 'quarter', '2023-06-30')",
    "saaskpi.revenue_flow_agg(payment_history, '2023-06-30')",
    "saaskpi.cash_bridge_agg(mrr_history, payment_history, '2023-06-30')",
    "saaskpi.cohort_agg(payment_history, '2023-06-30')",
    "saaskpi.cohort_agg(payment_history, signup_date, 'month', '2023-06-30')",
    "saaskpi.scores_agg(revenue::float8 / 7, segment < country)",
    "saaskpi.conversion_agg(signup_date, first_payment, 30, '2023-06-30')",
    "saaskpi.rollup(saaskpi.mrr_flow(mrr_history, 'month', '2023-06-30'))");
my $list = join ', ', map { "$_, $_ FILTER (WHERE revenue > 500)" } @calls;

sub digest
{
    my ($settings, $rows) = @_;
    return sql($node, "$settings SELECT count(*), md5(string_agg(r::text, E'\\n'"
        . " ORDER BY r::text COLLATE \"C\")) FROM ($rows) AS r");
}
my $sets = "SELECT segment, country, $list FROM parts.kpi_customers_mat"
  . " GROUP BY GROUPING SETS ((segment), (country), (segment, country), ())";
my $each = join ' UNION ALL ',
  map { my ($a, $b, $by) = @$_;
        "SELECT $a, $b, $list FROM parts.kpi_customers_mat $by" }
  [ 'segment', 'NULL', 'GROUP BY segment' ],
  [ 'NULL', 'country', 'GROUP BY country' ],
  [ 'segment', 'country', 'GROUP BY segment, country' ],
  [ 'NULL', 'NULL', '' ];
my $digest = digest($mode{serial}, $each);
is(digest($mode{'two workers'}, $each), $digest,
    'each aggregate, alone and filtered: serial equals parallel');
is(digest($mode{serial}, $sets), $digest, 'and equals grouping sets, hashed');
is(digest($mode{'sorted on disk, two workers'}, $sets), $digest, 'and sorted');

# Many groups, so that states are read back from disk.
my $many = "SELECT abs(hashtext(customer_id)) % 500 AS part, $list"
  . ' FROM parts.kpi_customers_mat GROUP BY 1';
$digest = digest("$mode{serial} SET enable_hashagg = off;", $many);
for my $mode ('spilling', 'spilling, two workers')
{
    is(digest($mode{$mode}, $many), $digest, "each aggregate, $mode");
    like(sql($node, "$mode{$mode} $run $many"), qr/HashAggregate[^\n]*\n[^\n]*\n\s+$to_disk/,
        'on disk');
}

# A state rolled up from any number of parts is the state of the whole.
for my $parts (1, 2, 7, 64)
{
    is(sql($node, <<"END"), 't', "states of $parts random parts roll up to the whole");
SELECT md5(saaskpi.rollup(q.flow)::text || saaskpi.rollup(q.cohorts)::text)
       = (SELECT md5(saaskpi.mrr_flow_agg(mrr_history, 'month', '2023-06-30')::text
                     || saaskpi.cohort_agg(payment_history, '2023-06-30')::text)
            FROM parts.kpi_customers_mat)
  FROM (SELECT saaskpi.mrr_flow_agg(mrr_history, 'month', '2023-06-30') AS flow,
               saaskpi.cohort_agg(payment_history, '2023-06-30') AS cohorts
          FROM parts.kpi_customers_mat
         GROUP BY abs(hashtext(customer_id)) % $parts) AS q
END
}

end_of_test($node);
