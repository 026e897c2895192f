#!/usr/bin/perl
# From version 0.1.0 to this one: the update in place, and what 0.1.0 dumped
# restored into this one.  Afterwards the database is as one that began with
# this version, and nothing of the user's is lost on the way.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use SaaskpiTest;
use Test::More;

my $old = repo_root() . '/test/upgrade/0.1.0';
my $node = new_node('upgrade');
my $version = sql($node, "SELECT extversion FROM pg_extension WHERE extname = 'saaskpi'");
sql($node, 'CREATE ROLE acme_owner; CREATE ROLE acme_reader;');

sub database
{
    my ($db, $text, $template) = @_;
    sql($node, "CREATE DATABASE $db" . ($template ? " TEMPLATE $template" : ''));
    sql($node, $text, $db) if $text;
    return;
}

sub as_owner { return "SET SESSION AUTHORIZATION acme_owner; $_[0];"; }
sub create_views { return as_owner("CALL saaskpi.create_views('$_[0]')"); }
sub refresh { return as_owner("CALL saaskpi.refresh('$_[0]')"); }

# Lines of two answers that only one of them has.
sub agree
{
    my ($what, $one, $other) = @_;
    my (%one, %other);
    $one{$_} = 1 for split /\n/, $one;
    $other{$_} = 1 for split /\n/, $other;
    my @differ = (map { "- $_" } sort grep { !$other{$_} } keys %one);
    push @differ, map { "+ $_" } sort grep { !$one{$_} } keys %other;
    ok(!@differ && %one, $what)
      or diag(join "\n", map { substr($_, 0, 300) } @differ[ 0 .. ($#differ < 19 ? $#differ : 19) ]);
    return;
}

# Everything that belongs to the extension, as text without object ids.
sub catalog
{
    my ($db) = @_;
    my $text = <<'END';
SET search_path = pg_catalog;
CREATE TEMP VIEW own AS
SELECT d.classid, d.objid, i.type, i.identity
  FROM pg_extension AS e JOIN pg_depend AS d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
 CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) AS i
 WHERE e.extname = 'saaskpi';
SELECT replace(concat_ws('|', kind, name, what), E'\n', '\n') FROM (
SELECT 'member' AS kind, type || ' ' || identity AS name, NULL::text AS what FROM own
UNION ALL SELECT 'extension', extname, concat(extversion, extnamespace::regnamespace, obj_description(oid, 'pg_extension'), extconfig, extcondition) FROM pg_extension
UNION ALL SELECT 'schema', nspname, concat(nspacl, obj_description(oid, 'pg_namespace')) FROM pg_namespace WHERE nspname LIKE 'saaskpi%'
UNION ALL SELECT 'comment', o.identity, c.objsubid || c.description FROM own AS o JOIN pg_description AS c ON c.classoid = o.classid AND c.objoid = o.objid
UNION ALL SELECT 'privileges', o.identity, i.objsubid || i.initprivs::text FROM own AS o JOIN pg_init_privs AS i ON i.classoid = o.classid AND i.objoid = o.objid
UNION ALL SELECT 'function', o.identity, concat_ws('|', pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.prokind,
       CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END, p.proacl)
  FROM own AS o JOIN pg_proc AS p ON o.classid = 'pg_proc'::regclass AND o.objid = p.oid
UNION ALL SELECT 'aggregate', o.identity, (to_jsonb(a) - 'aggtranstype')::text FROM own AS o
  JOIN (SELECT *, aggtranstype::regtype::text AS state FROM pg_aggregate) AS a ON o.classid = 'pg_proc'::regclass AND o.objid = a.aggfnoid
UNION ALL SELECT 'type', o.identity, concat_ws('|', t.typlen, t.typbyval, t.typtype, t.typcategory, t.typinput, t.typoutput, t.typreceive, t.typsend,
       t.typmodin, t.typalign, t.typstorage, t.typcollation, t.typacl)
  FROM own AS o JOIN pg_type AS t ON o.classid = 'pg_type'::regclass AND o.objid = t.oid
UNION ALL SELECT 'relation', o.identity, concat_ws('|', c.relkind, c.relpersistence, c.reloptions, c.relacl, c.relrowsecurity,
       CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) END)
  FROM own AS o JOIN pg_class AS c ON o.classid = 'pg_class'::regclass AND o.objid = c.oid
UNION ALL SELECT 'column', o.identity, concat_ws('|', a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
       a.attgenerated, a.attcollation, a.attstorage, a.attacl, pg_get_expr(d.adbin, d.adrelid))
  FROM own AS o JOIN pg_attribute AS a ON o.classid = 'pg_class'::regclass AND a.attrelid = o.objid AND a.attnum > 0
  LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
UNION ALL SELECT 'constraint', o.identity, c.conname || pg_get_constraintdef(c.oid)
  FROM own AS o JOIN pg_constraint AS c ON o.classid = 'pg_class'::regclass AND c.conrelid = o.objid
UNION ALL SELECT 'index', o.identity, pg_get_indexdef(i.indexrelid)
  FROM own AS o JOIN pg_index AS i ON o.classid = 'pg_class'::regclass AND i.indrelid = o.objid
END
    $text .= join '', map { "UNION ALL SELECT 'row', '$_', t::text FROM saaskpi_internal.$_ AS t\n" }
      split /\n/, sql($node, "SELECT relname FROM pg_class WHERE relnamespace = 'saaskpi_internal'::regnamespace AND relkind = 'r'", $db);
    return sql($node, "$text) AS q", $db);
}

# The kpi relations of a schema: columns, comments, keys and rows, but those
# that tell of refreshes.  Settings and log keep the places of their columns, so
# their order is not looked at.
sub content
{
    my ($db, $schema) = @_;
    my $text = <<"END";
SELECT replace(concat_ws('|', relname, what), E'\\n', '\\n') FROM (
SELECT c.relname, concat_ws('|', CASE WHEN o.relation IS NULL THEN a.attnum END, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       col_description(c.oid, a.attnum)) AS what
  FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
  LEFT JOIN saaskpi_internal.relations AS o ON o.relation = c.relname AND o.maintained = 'own'
 WHERE c.relnamespace = '$schema'::regnamespace AND c.relname LIKE 'kpi\\_%' AND c.relkind IN ('r', 'v', 'm')
UNION ALL SELECT c.relname, concat_ws('|', c.relkind, c.relpersistence, c.reloptions, pg_get_userbyid(c.relowner), obj_description(c.oid, 'pg_class'))
  FROM pg_class AS c WHERE c.relnamespace = '$schema'::regnamespace AND c.relname LIKE 'kpi\\_%' AND c.relkind IN ('r', 'v', 'm')
UNION ALL SELECT c.relname, pg_get_indexdef(i.indexrelid)
  FROM pg_class AS c JOIN pg_index AS i ON i.indrelid = c.oid WHERE c.relnamespace = '$schema'::regnamespace AND c.relname LIKE 'kpi\\_%'
UNION ALL SELECT c.relname, pg_get_constraintdef(k.oid)
  FROM pg_class AS c JOIN pg_constraint AS k ON k.conrelid = c.oid WHERE c.relnamespace = '$schema'::regnamespace AND c.relname LIKE 'kpi\\_%'
END
    for my $relation (split /\n/, sql($node, "SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = '$schema'::regnamespace"
          . " AND c.relname LIKE 'kpi\\_%' AND c.relkind IN ('r', 'v', 'm') AND c.relname !~ '^kpi_(refresh_|status|[a-z_]+_past|restatements)'", $db))
    {
        $text .= "UNION ALL SELECT '$relation', "
          . ($relation eq 'kpi_settings' ? 'to_jsonb(t)' : 't') . "::text FROM $schema.$relation AS t\n";
    }
    return sql($node, "$text) AS q", $db);
}

# The rows of what version 0.1.0 made, in the columns it gave them.
sub old_numbers
{
    my ($db, $columns) = @_;
    return join "\n", map {
        my ($relation, $list) = split /\|/;
        sql($node, "SELECT '$relation|' || ROW($list)::text FROM acme.$relation", $db);
    } split /\n/, $columns;
}

sub old_columns
{
    my ($db) = @_;
    return sql($node, <<'END', $db);
SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
  FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'acme'::regnamespace AND c.relname LIKE 'kpi\_%' AND c.relkind IN ('r', 'v') AND c.relname NOT LIKE 'kpi\_input\_%' AND c.relname NOT LIKE '%\_mat'
 GROUP BY c.relname
END
}

# What is the user's: views with their rows, states, who may read what.
sub users
{
    my ($db) = @_;
    return sql($node, <<'END', $db);
SELECT 'view', c.oid::regclass, c.relkind, c.relacl,
       -- one made before keeps reading the accessor of then
       regexp_replace(replace(replace(pg_get_viewdef(c.oid), 'saaskpi_internal.conversion_cohorts', 'saaskpi.conversion_cohorts'), 'saaskpi_internal.mrr_waterfall', 'saaskpi.mrr_waterfall'), '\s+', ' ', 'g')
  FROM pg_class AS c WHERE c.relkind IN ('v', 'm') AND (c.relnamespace = 'reports'::regnamespace OR c.relname = 'kpi_input_forms');
SELECT 'may read', c.oid::regclass, has_table_privilege('acme_reader', c.oid, 'SELECT'), has_any_column_privilege('acme_reader', c.oid, 'SELECT')
  FROM pg_class AS c WHERE c.relnamespace IN ('acme'::regnamespace, 'reports'::regnamespace) AND c.relkind IN ('r', 'v', 'm')
   AND c.relname NOT IN ('kpi_manifest', 'kpi_data_quality', 'kpi_series', 'kpi_series_mat', 'kpi_payment_statuses', 'kpi_event_meanings', 'kpi_funnels', 'kpi_order_statuses', 'kpi_rfm_segments', 'kpi_status',
                         'kpi_customers_past', 'kpi_mrr_scheduled_past', 'kpi_margin_past', 'kpi_series_past', 'kpi_frozen_months', 'kpi_mrr_reported', 'kpi_restatements', 'kpi_policies', 'kpi_mrr_policies', 'kpi_mrr_policies_mat', 'kpi_mrr_scheduled', 'kpi_mrr_scheduled_mat', 'kpi_mrr_outlook', 'kpi_mrr_outlook_mat', 'kpi_subscriptions_monthly', 'kpi_subscriptions_monthly_mat', 'kpi_subscription_statuses')
   AND c.relname NOT LIKE 'kpi\_%\_daily%' AND c.relname !~ '^kpi_(ltv|survival|churn|action|at_risk|revenue_at_risk|customer_segments|segments|segment_models|segment_names)' AND c.relname NOT IN ('campaign_actions', 'churn_scores')
   AND (c.relname NOT LIKE 'kpi\_input\_%' OR c.relname = 'kpi_input_forms');
SELECT 'may read column', attrelid::regclass, attname, attacl FROM pg_attribute WHERE attrelid = 'acme.kpi_customers'::regclass AND attacl IS NOT NULL;
SELECT 'state', k::text FROM reports.kept_states AS k;
SELECT 'waterfall', w::text FROM reports.waterfall AS w;
SELECT 'converted', c::text FROM reports.converted AS c;
SELECT 'board', b::text FROM reports.board AS b;
SELECT 'growth', g::text FROM reports.board_growth AS g;
SELECT 'country', c::text FROM reports.by_country AS c;
SELECT 'meaning', count(*) > 40 FROM reports.meanings;
SELECT 'form', remark FROM acme.kpi_input_forms;
END
}

# A database that begins with this version.
my $idle = as_owner(<<'END');
INSERT INTO idle.customers TABLE acme.customers;
INSERT INTO idle.subscriptions (subscription_id, customer_id, plan_type, start_date, end_date, monthly_price)
SELECT subscription_id, customer_id, plan_type, start_date, end_date, monthly_price FROM acme.subscriptions;
INSERT INTO idle.payments (payment_id, customer_id, payment_date, amount, payment_status)
SELECT payment_id, customer_id, payment_date, amount, payment_status FROM acme.payments;
INSERT INTO idle.costs TABLE acme.costs;
CALL saaskpi.create_views('idle');
UPDATE idle.kpi_settings SET as_of = '2024-03-20'
END
my $idle_schema = "CREATE SCHEMA idle AUTHORIZATION acme_owner;"
  . as_owner("CALL saaskpi.create_source_tables('idle', false)");
# Version 0.1.0 makes four source tables.
my $four = <<'END';
SELECT format('DROP TABLE idle.%I', source) FROM saaskpi_internal.sources WHERE source NOT IN ('customers', 'subscriptions', 'payments', 'costs') AND to_regclass('idle.' || source) IS NOT NULL \gexec
END
database('fresh', "CREATE EXTENSION saaskpi;\n\\i $old/company.sql\n$idle_schema$four$idle");
sql($node, refresh('acme'), 'fresh');
sql($node, refresh('idle'), 'fresh');
my $fresh = content('fresh', 'acme');

# --- The old SQL with this library -------------------------------------------

database('inplace', "CREATE EXTENSION saaskpi VERSION '0.1.0';\n\\i $old/company.sql\n$idle_schema$idle");
sql($node, refresh('acme'), 'inplace');
is(sql($node, 'SELECT status FROM acme.kpi_refresh_log ORDER BY run_id', 'inplace'), "ok\nfailed\nok\nok\nok",
    'functions of version 0.1.0 run on this library before the update');

# What version 0.1.0 itself dumped; its tables hold what its library computed.
database('restored', "\\i $old/dump.sql");
is(sql($node, "SELECT extversion FROM pg_extension WHERE extname = 'saaskpi'", 'restored'), $version,
    'a dump of version 0.1.0 is restored into this one');
agree('and its states are those that this library makes of the same rows',
    map { sql($node, "SELECT 'kept', k::text FROM reports.kept_states AS k;"
        . "SELECT 'customer', c::text FROM acme.kpi_customers_mat AS c;"
        . "SELECT 'movement', m::text FROM acme.kpi_mrr_movements_mat AS m", $_) } qw(inplace restored));

# --- The update ----------------------------------------------------------------

my $columns = old_columns('inplace');
my $numbers = old_numbers('inplace', $columns);
my $users = users('inplace');
sql($node, 'CREATE VIEW public.definitions AS SELECT * FROM saaskpi.relation_definitions()', 'inplace');
my ($error, $hint, $all) = sql_error($node, 'ALTER EXTENSION saaskpi UPDATE', db => 'inplace');
like($error, qr/^2BP01: something of yours is built on saaskpi.relation_definitions\(\)/,
    'a view on a function that is gone keeps the update from being done');
like($all, qr/DETAIL:  view public.definitions depends on.*HINT:  Keep its text/s, 'which is said, with what to do');
sql($node, 'DROP VIEW public.definitions; ALTER EXTENSION saaskpi UPDATE', 'inplace');
is(sql($node, "SELECT extversion FROM pg_extension WHERE extname = 'saaskpi'", 'inplace'), $version, 'without it, it is');
agree('the extension is as if installed afresh', catalog('inplace'), catalog('fresh'));
agree('the numbers are those of before', old_numbers('inplace', $columns), $numbers);
agree("and the users' views, states and grants", users('inplace'), $users);

for my $schema ('acme', 'idle')
{
    ($error, $hint) = sql_error($node, refresh($schema), db => 'inplace');
    like($error, qr/^55000: the kpi relations of schema "$schema" were made by version 0.1.0/,
        "$schema is not refreshed before its relations are brought up to date");
    is($hint, "Bring them up to date; settings, log, grants and your own views stay: CALL saaskpi.create_views('$schema')",
        'the hint says how');
}
is(sql($node, 'SELECT count(*) FROM acme.kpi_refresh_log', 'inplace'), '5', 'and no run is logged');

my $dump = work_dir() . '/dump.sql';
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('inplace') ], 'in between it is dumped');
database('between', "\\i $dump");
agree('and restored', old_numbers('between', $columns), $numbers);

# --- Where it cannot be done ---------------------------------------------------

sub everything
{
    my ($db) = @_;
    return sql($node, <<'END', $db);
SELECT c.oid, c.relname, c.relkind, c.relfilenode, c.relacl, c.relowner FROM pg_class AS c WHERE c.relnamespace = 'acme'::regnamespace;
SELECT attrelid, attname, attnum FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'acme'::regnamespace)
END
}

sub refused
{
    my ($what, $break, $state, $said, $mend) = @_;
    sql($node, $break, 'hindered');
    my $before = everything('hindered');
    my ($error, undef, $all) = sql_error($node, create_views('acme'), db => 'hindered');
    like($error, qr/^$state: /, "$what: create_views refuses");
    like($all, $said, "$what: it says what and how to go on");
    agree("$what: nothing is half done", everything('hindered'), $before);
    agree("$what: the numbers are those of before", old_numbers('hindered', $columns), $numbers);
    sql($node, $mend, 'hindered');
    return;
}

database('hindered', '', 'inplace');
refused('a view on a stored relation', as_owner('CREATE VIEW reports.below AS SELECT * FROM acme.kpi_mrr_monthly_mat'), '2BP01',
    qr/something of yours is built on a stored table.*DETAIL:  view reports.below depends on.*HINT:  Build on the view without _mat/s,
    'DROP VIEW reports.below');
refused('a view on an input', as_owner('CREATE VIEW reports.below AS SELECT * FROM acme.kpi_input_payments'), '2BP01',
    qr/DETAIL:  view reports.below depends on view acme.kpi_input_payments/, 'DROP VIEW reports.below');
sql($node, 'CREATE ROLE stranger SUPERUSER', 'hindered');
refused('relations that a superuser made', <<'END', '42501',
SELECT format('ALTER TABLE %s OWNER TO stranger', oid::regclass) FROM pg_class WHERE relnamespace = 'acme'::regnamespace AND relname LIKE 'kpi\_m%' AND relkind IN ('r', 'v', 'm') \gexec
END
    qr/belongs to role "stranger", the schema to role "acme_owner".*HINT:  Give them .*: DO '/s, '');
(undef, $hint) = sql_error($node, create_views('acme'), db => 'hindered');
sql($node, substr($hint, index($hint, ': DO') + 2) . ';' . create_views('acme') . refresh('acme'), 'hindered');
agree('once it is mended, all is as with a fresh installation', content('hindered', 'acme'), $fresh);

# --- create_views and refresh --------------------------------------------------

sub brought_up
{
    my ($db, $how) = @_;
    my $numbers = old_numbers($db, $columns);
    sql($node, create_views('acme'), $db);
    agree("$how: old numbers stay readable until the refresh", old_numbers($db, $columns), $numbers);
    sql($node, refresh('acme'), $db);
    agree("$how: after it everything is as with a fresh installation", content($db, 'acme'), $fresh);
    is(sql($node, "SELECT count(*) FROM pg_class WHERE relnamespace = 'acme'::regnamespace"
        . " AND (relkind = 'm' OR relname ~ '^kpi_input_(customers|subscriptions|payments|costs|states)\$')", $db), '0',
        "$how: nothing of version 0.1.0 is left in the schema");
    my $before = everything($db);
    sql($node, create_views('acme'), $db);
    agree("$how: a second create_views changes nothing", everything($db), $before);
    sql($node, create_views('acme') . refresh('acme'), $db);
    agree("$how: nor does a second refresh", content($db, 'acme'), $fresh);
    return;
}

my $log = sql($node, 'SELECT run_id, started_at, finished_at, status, as_of, seconds, customers, skipped_subscriptions,'
    . ' skipped_payments, message FROM acme.kpi_refresh_log ORDER BY 1', 'inplace');
brought_up('inplace', 'updated in place');
is(sql($node, 'SELECT run_id, started_at, finished_at, status, as_of, seconds, customers, skipped_subscriptions,'
    . ' skipped_payments, message FROM acme.kpi_refresh_log WHERE run_id <= 5 ORDER BY 1', 'inplace'), $log, 'the log is kept');
is(sql($node, "SELECT currency, time_zone, change_warn, conversion_days, as_of FROM acme.kpi_settings", 'inplace'),
    'EUR|Europe/Berlin|0.05|14|2024-03-20', 'the settings too');
sql($node, 'REFRESH MATERIALIZED VIEW CONCURRENTLY reports.by_country', 'inplace');
my @stay = qw(view may state waterfall converted meaning form);
my $kept = join '|', @stay;
agree("the users' views, states and grants too",
    map { join "\n", grep { /^(?:$kept)/ } split /\n/ } users('inplace'), $users);

sql($node, create_views('idle'), 'inplace');
is(sql($node, 'SELECT count(*) FROM idle.kpi_customers', 'inplace'), '0', 'relations never refreshed are empty and readable');
sql($node, refresh('idle'), 'inplace');
agree('and refreshed as with a fresh installation', content('inplace', 'idle'), content('fresh', 'idle'));

# --- Dumps -----------------------------------------------------------------------

brought_up('restored', 'restored from a dump of version 0.1.0');

database('restored_first', "CREATE EXTENSION saaskpi VERSION '0.1.0'");
$node->psql('restored_first', "\\set ON_ERROR_STOP off\n\\i $old/dump.sql", stderr => \$all);
is(join('', map { "$_\n" } $all =~ /(ERROR: .*)/g), qq(ERROR:  schema "saaskpi" already exists\n),
    'the dump is restored into version 0.1.0, whose schema is there already');
sql($node, 'ALTER EXTENSION saaskpi UPDATE', 'restored_first');
agree('restored into version 0.1.0 and then updated: the extension is as if installed afresh',
    catalog('restored_first'), catalog('fresh'));
brought_up('restored_first', 'restored into version 0.1.0 and then updated');

brought_up('between', 'restored from a dump of in between');

$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('inplace') ], 'the updated database is dumped');
database('again', "\\i $dump");
agree('and restored', content('again', 'acme'), $fresh);
sql($node, refresh('acme'), 'again');
agree('it is refreshed as it is', content('again', 'acme'), $fresh);
agree("with the users' views, states and grants", users('again'), users('inplace'));

sql($node, create_views('idle') . as_owner('GRANT SELECT (mrr) ON idle.kpi_customers TO acme_reader; GRANT SELECT ON idle.kpi_anomalies TO acme_reader'), 'again');
my $granted = "SELECT attacl FROM pg_attribute WHERE attrelid = 'idle.kpi_customers'::regclass AND attname = 'mrr'"
  . " UNION ALL SELECT relacl FROM pg_class WHERE oid = 'idle.kpi_anomalies'::regclass";
my $grants = sql($node, $granted, 'again');
sql($node, as_owner("CALL saaskpi.drop_views('idle')") . create_views('idle'), 'again');
is(sql($node, $granted, 'again'), $grants, 'grants on relations and on their columns outlive drop_views');

end_of_test($node);
