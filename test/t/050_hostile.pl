#!/usr/bin/perl
# Hostile surroundings: names that try to break out of quotes, a search_path
# with planted functions, operators and tables, roles with few rights, row
# security, sources of other shapes and types, zones other than UTC, every
# setting that changes how SQL is read or values are written, mistyped dates.
use strict;
use warnings;
use utf8;
use Encode qw(encode);
use FindBin;
use lib "$FindBin::RealBin/../perl";
use SaaskpiTest;
use Test::More;

my $node = new_node('hostile');

# The same small company everywhere; what is expected of it is computed once.
my $rows = <<'END';
INSERT INTO %1$s.customers (customer_id, signup_date, segment, country, acquisition_channel)
VALUES ('a', '2023-01-05', 'SMB', 'DE', 'Organic'), ('b', '2023-02-10', 'Enterprise', 'US', NULL);
INSERT INTO %1$s.subscriptions (subscription_id, customer_id, plan_type, start_date, end_date, monthly_price)
VALUES ('s1', 'a', 'Pro', '2023-01-10', '2023-04-10', 100), ('s2', 'a', 'Pro', '2023-04-10', NULL, 120),
       ('s3', 'b', 'Basic', '2023-02-15', '2023-05-01', 50);
INSERT INTO %1$s.payments (payment_id, customer_id, payment_date, amount, payment_status)
VALUES ('p1', 'a', '2023-01-10', 100, 'Success'), ('p2', 'a', '2023-02-10', 100, 'Failed'),
       ('p3', 'a', '2023-03-10', 100, 'Success'), ('p4', 'b', '2023-02-15', 50, 'Success'),
       ('p5', 'b', '2023-03-15', -10, 'Success');
INSERT INTO %1$s.costs VALUES ('2023-01', 10, 20, 5), ('2023-02', 10, 20, 5);
END

sub fill { my ($ident) = @_; (my $text = $rows) =~ s/%1\$s/$ident/g; return $text; }

sub literal { my ($text) = @_; $text =~ s/'/''/g; return "'$text'"; }

sub ident { my ($text) = @_; $text =~ s/"/""/g; return qq{"$text"}; }

# psql is given bytes.
sub run_sql { my ($text) = @_; return sql($node, encode('UTF-8', $text)); }

sub all_of
{
    my ($ident) = @_;
    return join "\nUNION ALL ", map
    {
        "SELECT '$_', md5(coalesce(string_agg(r::text, E'\\n'"
        . " ORDER BY r::text COLLATE \"C\"), '')) FROM $ident.$_ AS r"
    } subscription_relations($node);
}

sql($node, "CALL saaskpi.create_source_tables('plain')");
sql($node, fill('plain'));
make_views($node, 'plain', as_of => '2023-06-15');
my $want = sql($node, all_of('plain'));
is(sql($node, 'SELECT closing FROM plain.kpi_mrr_monthly ORDER BY period'),
    "100.00\n150.00\n150.00\n170.00\n120.00\n120.00",
    'the company in an ordinary schema has the MRR worked out by hand');

# Names.  A canary must survive; the database keeps its tables.
sql($node, 'CREATE TABLE public.canary AS SELECT 1 AS alive');
my @names = ('a"b', 'x; drop table public.canary; --',
    "it's", 'Ünï çødé ∑', 'select', '1st', 'MiXed', '{s}', '%s %I %1$s',
    '$$', 'back\\slash', ' ', "new\nline", 'n' x 63, '$sql$', 'pg"_temp',
    "'); DROP TABLE public.canary; --",
    '{as_of}', '{payments}', '{from}', '{setting currency}');
for my $name (@names)
{
    my ($l, $i) = (literal($name), ident($name));
    (my $shown = encode('UTF-8', $name)) =~ s/\n/\\n/g;
    run_sql("CALL saaskpi.create_source_tables($l);\n" . fill($i)
        . "CALL saaskpi.create_views($l);\n"
        . "UPDATE $i.kpi_settings SET as_of = '2023-06-15';\n"
        . "CALL saaskpi.refresh($l);\nCALL saaskpi.refresh($l);");
    is(run_sql(all_of($i)), $want, "a schema named $shown: the same numbers");
    is(run_sql("SELECT count(*) FROM saaskpi.check_sources($l) WHERE severity = 'error'"),
        '0', "$shown: check_sources");
    is(run_sql("SELECT count(*) FROM saaskpi.check_identities($l) WHERE NOT holds"),
        '0', "$shown: check_identities");
    run_sql("CALL saaskpi.drop_views($l); DROP SCHEMA $i CASCADE;")
      unless $name eq 'a"b';
}
is(sql($node, 'SELECT alive FROM public.canary'), '1', 'the canary is alive');

# Too long a name is cut by the server as everywhere; never another's schema.
is(state_of($node, "CALL saaskpi.create_views('" . 'n' x 64 . "')"), '3F000',
    'a name that is too long finds no schema');
is(state_of($node, "CALL saaskpi.create_views('')"), '3F000', 'nor an empty one');

# An owner with a hostile name, without any other right: everything works on
# her own schema.
my $owner = 'Eve "; drop owned by current_user; --';
run_sql('CREATE ROLE ' . ident($owner) . ' LOGIN;'
    . 'CREATE SCHEMA lair AUTHORIZATION ' . ident($owner) . ';'
    . 'CREATE ROLE mallory LOGIN; GRANT CREATE, USAGE ON SCHEMA lair TO mallory;'
    . 'REVOKE CREATE ON SCHEMA public FROM PUBLIC;');
my $as_owner = 'SET SESSION AUTHORIZATION ' . ident($owner) . ";\n";
run_sql($as_owner . "CALL saaskpi.create_source_tables('lair');" . fill('lair')
    . "CALL saaskpi.create_views('lair');"
    . "UPDATE lair.kpi_settings SET as_of = '2023-06-15';"
    . "CALL saaskpi.refresh('lair'); CALL saaskpi.refresh('lair');");
is(run_sql($as_owner . all_of('lair')), $want,
    'a role without rights elsewhere has it all in her own schema');
is(run_sql($as_owner . "SELECT count(*) FROM saaskpi.check_identities('lair') WHERE NOT holds;"),
    '0', 'identities too');
run_sql($as_owner . "CALL saaskpi.drop_views('lair'); CALL saaskpi.create_views('lair');"
    . "CALL saaskpi.refresh('lair');");
is(run_sql($as_owner . all_of('lair')), $want, 'dropped and made again too');

# Elsewhere she may do nothing, and is told so.
for my $call ("CALL saaskpi.create_views('plain')", "CALL saaskpi.refresh('plain')",
    "CALL saaskpi.drop_views('plain')", "CALL saaskpi.create_source_tables('plain')",
    "SELECT * FROM saaskpi.check_sources('plain')",
    "SELECT * FROM saaskpi.check_identities('plain')",
    'SELECT * FROM plain.kpi_customers')
{
    my ($error) = sql_error($node, encode('UTF-8', $as_owner . $call . ';'));
    like($error, qr/^(?:42501: |42P07: relation .* already exists)/,
        "in another's schema refused: $call");
}
is(state_of($node, encode('UTF-8', $as_owner . "CALL saaskpi.create_source_tables('brand_new')")),
    '42501', 'no new schema without the right to make one');

# Readers: a GRANT on the relations is enough.
run_sql('CREATE ROLE reader; GRANT USAGE ON SCHEMA plain TO reader; '
    . join ' ', map { "GRANT SELECT ON plain.$_ TO reader;" } relations($node));
is(sql($node, 'SET ROLE reader; ' . all_of('plain')), $want,
    'a reader granted the relations reads them, and needs nothing below');
is(state_of($node, 'SET ROLE reader; SELECT * FROM plain.kpi_customers_mat'),
    '42501', 'what is below stays closed to her');

# Support functions are nobody's.
is(sql($node, <<'END'), '', 'aggregate support functions are closed to PUBLIC');
SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc AS p
 WHERE p.pronamespace IN ('saaskpi'::regnamespace, 'saaskpi_internal'::regnamespace) AND p.proname ~ '_(accum|combine|final|serial|deserial)$'
   AND has_function_privilege('mallory', p.oid, 'EXECUTE')
END
is(sql($node, <<'END'), '', 'every other function is open to it');
SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc AS p
 WHERE p.pronamespace IN ('saaskpi'::regnamespace, 'saaskpi_internal'::regnamespace) AND p.proname !~ '_(accum|combine|final|serial|deserial)$'
   AND NOT has_function_privilege('mallory', p.oid, 'EXECUTE')
END
is(state_of($node, "SET ROLE mallory; SELECT saaskpi_internal.mrr_history_combine(NULL, NULL)"),
    '42501', 'called as an ordinary role: refused');
is(sql($node, "SET ROLE mallory; SELECT saaskpi.mrr_at(saaskpi.mrr_history_agg('2023-01-01'::date, NULL::date, 5), '2023-02-01')"),
    '5.00', 'the aggregates themselves work for her');
is(sql($node, <<'END'), '', 'no function runs with the rights of its owner');
SELECT string_agg(oid::regprocedure::text, ', ') FROM pg_proc
 WHERE pronamespace IN ('saaskpi'::regnamespace, 'saaskpi_internal'::regnamespace) AND prosecdef
END
is(sql($node, <<'END'), 'saaskpi.refresh(name,text)', 'only refresh, which commits, has no pinned search_path');
SELECT string_agg(p.oid::regprocedure::text, ', ')
  FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
 WHERE p.pronamespace = 'saaskpi'::regnamespace AND l.lanname IN ('sql', 'plpgsql')
   AND p.prosqlbody IS NULL
   AND NOT coalesce(p.proconfig::text ~ 'search_path="?pg_catalog, pg_temp', false)
END

# A hostile search_path: everything the bodies call, and every operator on
# common types, planted in a schema that comes first, and in pg_temp.
sql($node, <<'SQL');
CREATE SCHEMA evil;
GRANT USAGE, CREATE ON SCHEMA evil TO PUBLIC;
CREATE FUNCTION evil.boom() RETURNS void LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'planted code ran as %', current_user USING ERRCODE = 'ZZ999'; END $$;
DO $do$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT DISTINCT p.proname, p.proargtypes::oid[] AS types, p.prorettype
               FROM pg_proc AS p
              WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND NOT p.proretset
                AND p.provariadic = 0
                AND NOT EXISTS (SELECT FROM unnest(p.proargtypes || p.prorettype) AS t(o)
                                  JOIN pg_type AS y ON y.oid = t.o WHERE y.typtype = 'p')
                AND EXISTS (SELECT FROM pg_proc AS s WHERE s.pronamespace IN ('saaskpi'::regnamespace, 'saaskpi_internal'::regnamespace)
                               AND position(p.proname::text || '(' IN s.prosrc) > 0) LOOP
        EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s LANGUAGE plpgsql AS
            ''BEGIN PERFORM evil.boom(); RETURN NULL; END''', f.proname,
            (SELECT string_agg(format_type(o, NULL), ', ' ORDER BY n) FROM unnest(f.types) WITH ORDINALITY AS t(o, n)),
            format_type(f.prorettype, NULL));
    END LOOP;
    FOR f IN SELECT o.oprname, o.oprleft::regtype::text AS l, o.oprright::regtype::text AS r, o.oprresult::regtype::text AS result, o.oid
               FROM pg_operator AS o
              WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprleft <> 0
                AND o.oprname IN ('=', '<>', '<', '>', '<=', '>=', '+', '-', '*', '||', '~', '~~', '*<>')
                AND (o.oprleft::regtype::text = ANY ('{text,name,oid,date,boolean,bigint,integer,numeric,record,"\"char\"","timestamp without time zone","timestamp with time zone",regclass}')
                AND o.oprright::regtype::text = ANY ('{text,name,oid,date,boolean,bigint,integer,numeric,interval,"\"char\"","timestamp without time zone","timestamp with time zone"}')) LOOP
        EXECUTE format('CREATE FUNCTION evil.op%s(%s, %s) RETURNS %s LANGUAGE plpgsql AS
            ''BEGIN PERFORM evil.boom(); RETURN NULL; END''', f.oid, f.l, f.r, f.result);
        EXECUTE format('CREATE OPERATOR evil.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = evil.op%s)', f.oprname, f.l, f.r, f.oid);
    END LOOP;
END
$do$;
CREATE TABLE evil.pg_class (LIKE pg_catalog.pg_class);
CREATE TABLE evil.pg_namespace (LIKE pg_catalog.pg_namespace);
CREATE TABLE evil.pg_proc (LIKE pg_catalog.pg_proc);
CREATE TABLE evil.kpi_settings (as_of date, time_zone text, effective_as_of date);
CREATE TABLE evil.customers (customer_id int);
CREATE VIEW evil.payments AS SELECT evil.boom()::text AS payment_id;
CREATE TYPE evil.text AS ENUM ('evil');
CREATE DOMAIN evil.name AS int;
CREATE DOMAIN evil.date AS int;
CREATE DOMAIN evil."numeric" AS int;
SQL
cmp_ok(sql($node, "SELECT count(*) FROM pg_operator WHERE oprnamespace = 'evil'::regnamespace"),
    '>', 50, 'operators are planted');
cmp_ok(sql($node, "SELECT count(*) FROM pg_proc WHERE pronamespace = 'evil'::regnamespace"),
    '>', 150, 'and functions');
is(state_of($node, "SET search_path = evil, pg_catalog; SELECT 1 = 1::bigint"),
    'ZZ999', 'which run when an operator is called from that path');
my $trap = <<'END';
CREATE TEMP TABLE kpi_settings (as_of pg_catalog.date);
CREATE TEMP TABLE pg_class (relname pg_catalog.text);
CREATE TEMP TABLE customers (customer_id pg_catalog.text);
CREATE TEMP TABLE saaskpi_changed (customer_id pg_catalog.text);
SET search_path = evil, pg_temp, pg_catalog, public;
END
run_sql($as_owner . $trap
    . "CALL saaskpi.drop_views('lair'); CALL saaskpi.create_views('lair');"
    . "CALL saaskpi.refresh('lair'); CALL saaskpi.refresh('lair');"
    . "CREATE TABLE evil.seen_sources AS TABLE pg_catalog.pg_am WITH NO DATA;"
    . "SELECT * FROM saaskpi.check_sources('lair'); SELECT * FROM saaskpi.check_identities('lair');");
is(run_sql($as_owner . all_of('lair')), $want,
    'an owner whose search_path is hostile runs no planted code and has the same numbers');
is(state_of($node, $trap . "CALL saaskpi.create_source_tables('trapped');"
    . "CALL saaskpi.create_views('trapped'); CALL saaskpi.refresh('trapped');"
    . "CALL saaskpi.drop_views('trapped');"), '',
    'the same for a superuser, from empty tables on');
is(sql($node, 'SELECT count(*) FROM evil.customers'), '0', 'planted tables are not touched');

# Installing from a hostile path.
is(state_of($node, <<'END'), '', 'the extension can be installed from a hostile path');
BEGIN;
DROP EXTENSION saaskpi CASCADE;
SET search_path = evil, pg_catalog;
CREATE EXTENSION saaskpi;
ROLLBACK;
END

# Row security: refused, unless the rows are all seen.
sql($node, <<'END');
CREATE ROLE tenant LOGIN;
CREATE SCHEMA secured AUTHORIZATION tenant;
CALL saaskpi.create_source_tables('secured');
ALTER TABLE secured.payments OWNER TO CURRENT_USER;
ALTER TABLE secured.payments ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON secured.payments USING (customer_id = 'a');
GRANT ALL ON ALL TABLES IN SCHEMA secured TO tenant;
END
sql($node, fill('secured'));
my ($error, $hint) = sql_error($node, "SET ROLE tenant; CALL saaskpi.create_views('secured')");
like($error, qr/^42501: row-level security on secured.payments would hide rows from "tenant"/,
    'row security: create_views refuses');
like($hint, qr/BYPASSRLS|view/, 'and says what to do');
like(scalar sql_error($node, "SET ROLE tenant; SELECT * FROM saaskpi.check_sources('secured')"),
    qr/^42501: row-level security/, 'so does check_sources');
sql($node, "GRANT CREATE ON SCHEMA secured TO tenant; ALTER TABLE secured.payments DISABLE ROW LEVEL SECURITY;"
    . "SET ROLE tenant; CALL saaskpi.create_views('secured');"
    . "UPDATE secured.kpi_settings SET as_of = '2023-06-15'; CALL saaskpi.refresh('secured');");
is(sql($node, all_of('secured')), $want, 'without it all is well');
sql($node, 'ALTER TABLE secured.payments ENABLE ROW LEVEL SECURITY');
like(scalar sql_error($node, "SET ROLE tenant; CALL saaskpi.refresh('secured')"),
    qr/^42501: row-level security/, 'turned on later, the refresh refuses');
is(sql($node, all_of('secured')), $want, 'and the numbers stay');
is(sql($node, 'SELECT status FROM secured.kpi_refresh_log ORDER BY run_id DESC LIMIT 1'),
    'failed', 'with the run logged as failed');

# Sources that are views, materialized views, or of other types.
sql($node, <<'END');
CREATE SCHEMA shaped;
CREATE VIEW shaped.customers AS SELECT * FROM plain.customers;
CREATE MATERIALIZED VIEW shaped.subscriptions AS SELECT * FROM plain.subscriptions;
CREATE VIEW shaped.payments AS SELECT payment_status, amount, payment_date::timestamp AS payment_date, customer_id, payment_id, 1 AS extra FROM plain.payments;
CREATE TABLE shaped.costs AS SELECT * FROM plain.costs;
CREATE TABLE shaped.orders AS SELECT * FROM plain.orders;
END
make_views($node, 'shaped', as_of => '2023-06-15');
is(sql($node, all_of('shaped')), $want, 'views and materialized views as sources: the same numbers');

for my $type ('uuid', 'bigint', 'varchar(40)', 'numeric(10,0)')
{
    (my $schema = "typed_$type") =~ s/\W+/_/g;
    my %id = $type eq 'uuid'
      ? (a => "'00000000-0000-0000-0000-00000000000a'", b => "'00000000-0000-0000-0000-00000000000b'")
      : (a => "'7'", b => "'12'");
    (my $typed = fill($schema)) =~ s/'([ab])'/$id{$1}/g;
    
    sql($node, <<"END");
CREATE SCHEMA $schema;
CREATE TABLE $schema.customers (customer_id $type PRIMARY KEY, signup_date date, segment varchar(20), country char(2), acquisition_channel text);
CREATE TABLE $schema.subscriptions (subscription_id int, customer_id $type, plan_type text, start_date timestamp, end_date date, monthly_price int);
CREATE TABLE $schema.payments (payment_id text, customer_id $type, payment_date date, amount numeric(12,2), payment_status varchar(10));
CREATE TABLE $schema.costs (month char(7), infra_cost float8, marketing_cost bigint, support_cost numeric);
END
    $typed =~ s/'s(\d)'/$1/g;
    sql($node, $typed);
    make_views($node, $schema, as_of => '2023-06-15');
    my ($a, $b) = map { s/'//gr } $id{a}, $id{b};
    my $got = sql($node, "SELECT customer_id, mrr, revenue, status FROM $schema.kpi_customers ORDER BY first_mrr_on");
    is($got, "$a|120.00|200.00|active\n$b|0.00|40.00|churned",
        "customer_id of type $type, and other types elsewhere");
    my @monthly = map { sql($node, "SELECT md5(string_agg(r::text, '')) FROM $_.kpi_mrr_monthly AS r") } $schema, 'plain';
    is($monthly[0], $monthly[1], "$type: the same waterfall");
}

# Zones: a payment late on the last evening of a month in UTC.
sql($node, <<'END');
CREATE SCHEMA zoned;
CREATE TABLE zoned.customers (customer_id text, signup_date timestamptz, segment text, country text, acquisition_channel text);
CREATE TABLE zoned.subscriptions (subscription_id text, customer_id text, plan_type text, start_date timestamptz, end_date timestamptz, monthly_price numeric);
CREATE TABLE zoned.payments (payment_id text, customer_id text, payment_date timestamptz, amount numeric, payment_status text);
CREATE TABLE zoned.costs (month text, infra_cost numeric, marketing_cost numeric, support_cost numeric);
INSERT INTO zoned.payments VALUES ('p', 'a', '2023-03-31 23:30:00+00', 10, 'Success');
INSERT INTO zoned.subscriptions VALUES ('s', 'a', 'Pro', '2023-01-31 23:30:00+00', '2023-05-31 10:30:00+00', 10);
INSERT INTO zoned.customers VALUES ('a', '2023-01-31 10:30:00+00', 'SMB', 'DE', 'Organic');
END
sql($node, "CALL saaskpi.create_views('zoned'); UPDATE zoned.kpi_settings SET as_of = '2023-07-01'");
my %zone = (
    'UTC' => '2023-03-01|2023-01-31|2023-01-31|2023-05-31',
    'Europe/Athens' => '2023-04-01|2023-01-31|2023-02-01|2023-05-31',
    'Pacific/Pago_Pago' => '2023-03-01|2023-01-30|2023-01-31|2023-05-30',
    'Pacific/Kiritimati' => '2023-04-01|2023-02-01|2023-02-01|2023-06-01');
for my $zone (sort keys %zone)
{
    # the zone of the session does not matter, nor that it was another before
    is(sql($node, "SET TimeZone = 'Asia/Kathmandu'; UPDATE zoned.kpi_settings SET time_zone = '$zone';"
        . "CALL saaskpi.refresh('zoned');"
        . "SELECT (SELECT period FROM zoned.kpi_revenue_monthly WHERE payments > 0), signup_date, first_mrr_on, churned_on FROM zoned.kpi_customers"),
        $zone{$zone}, "days are those of $zone");
}
is(state_of($node, "UPDATE zoned.kpi_settings SET time_zone = 'Mars/Olympus'"), '22023',
    'an unknown zone is refused when it is set');

# Settings that change how SQL is read, planned or run, and values are written:
# nothing that is stored or told depends on them. The company has what they
# would change: quotes, backslashes, nulls, times, fractions.
sql($node, <<'SQL');
CREATE ROLE settled LOGIN;
CREATE SCHEMA odd AUTHORIZATION settled;
CALL saaskpi.create_source_tables('odd', checked => false);
SET ROLE settled;
ALTER TABLE odd.payments ALTER payment_date TYPE timestamptz USING payment_date + time '22:30' AT TIME ZONE 'UTC';
ALTER TABLE odd.subscriptions ALTER monthly_price TYPE float8;
INSERT INTO odd.customers (customer_id, signup_date, segment, country)
VALUES ('a\b', '2021-04-03', 'S''M"B', '{NULL}'), ('a''b', '2021-05-06', NULL, 'null'), ('c', '2021-03-04', '', '1,5');
INSERT INTO odd.subscriptions
SELECT i::text, c.customer_id, 'Pl\a''n', date '2021-01-01' + i * 40, date '2021-02-01' + i * 40, 0.1 + i / 7.0
  FROM odd.customers AS c, generate_series(1, 24) AS i WHERE (i + ascii(substr(c.customer_id, 2))) % 5 > 0;
INSERT INTO odd.payments
SELECT i || s.customer_id, CASE WHEN i % 11 > 0 THEN s.customer_id END, timestamptz '2021-02-01 22:30+00' + i * interval '40 days',
       monthly_price::numeric, CASE i % 7 WHEN 0 THEN 'Failed' WHEN 1 THEN ' paid ' WHEN 2 THEN 'it''s\n' ELSE 'Success' END
  FROM odd.subscriptions AS s, generate_series(1, 2) AS k, LATERAL (SELECT subscription_id::int + k) AS q(i);
INSERT INTO odd.payments VALUES ('Ü', 'c', '0202-02-02', 5, 'Success'), (NULL, 'c', NULL, 'NaN', 'Success');
INSERT INTO odd.costs SELECT to_char(m, 'YYYY-MM'), 1.5, 2.25, NULL FROM generate_series(timestamp '2021-01-01', '2023-06-01', '1 month') AS m;
INSERT INTO odd.events (event_id, customer_id, event_time, event_type)
SELECT CASE WHEN i % 9 > 0 THEN i::text END, c.customer_id, timestamptz '2022-12-01 21:50+00' + i * i * interval '97 minutes', (ARRAY['signup', 'login', E'say \\''hi"\\\\', NULL])[1 + i % 4]
  FROM odd.customers AS c, generate_series(1, 60) AS i;
INSERT INTO odd.products VALUES (E'p\\''1', E'Pen\\\\', 'Of"fice', 2, 0.125), ('p2', NULL, NULL, NULL, NULL);
INSERT INTO odd.orders
SELECT i::text, CASE WHEN i % 7 > 0 THEN c.customer_id END, timestamptz '2022-11-01 22:30+00' + i * interval '5 days', (ARRAY['Paid', ' cancelled', NULL, 'od''d'])[1 + i % 4], 'We"b', '{NULL}', CASE WHEN i % 2 > 0 THEN 'r''1' END
  FROM generate_series(1, 40) AS i JOIN (SELECT customer_id, row_number() OVER (ORDER BY customer_id COLLATE "C") AS n FROM odd.customers) AS c ON c.n = 1 + i % 3;
INSERT INTO odd.order_lines SELECT i::text, k::text, (ARRAY[E'p\\''1', 'p2', NULL])[1 + (i + k) % 3], CASE WHEN i % 13 = 0 THEN -k ELSE k END, 9.99 + i / 8.0, 0.33335 FROM generate_series(1, 40) AS i, generate_series(1, 2) AS k;
INSERT INTO odd.sales_reps VALUES ('r''1', E'Al\\\\', 'Te"am', NULL);
INSERT INTO odd.sales_quotas SELECT 'r''1', to_char(m, 'YYYY-MM'), 12.5 FROM generate_series(timestamp '2023-01-01', '2023-06-01', '1 month') AS m;
INSERT INTO odd.opportunities SELECT 'd' || i, 'c', 'r''1', E'De\\''al', timestamptz '2022-12-31 22:30+00' + i * interval '9 days', i / 3.0, (ARRAY['Lead', 'Closed Won', 'o"dd'])[1 + i % 3], timestamptz '2023-01-31 22:30+00' + i * interval '11 days', '2023-04-05' FROM generate_series(1, 9) AS i;
INSERT INTO odd.opportunity_stages SELECT 'd' || i, (ARRAY['Lead', 'Proposal', 'Closed Lost'])[k], timestamptz '2022-12-31 22:30+00' + i * k * interval '10 days', CASE WHEN k > 1 THEN k * 1.5 END FROM generate_series(1, 4) AS i, generate_series(1, 3) AS k;
SQL
my $run = <<'SQL';
CALL saaskpi.create_views('odd');
UPDATE odd.kpi_settings SET as_of = '2023-06-15', time_zone = 'Europe/Athens', currency = 'it''s';
INSERT INTO odd.kpi_payment_statuses VALUES (E'it''s\\n', 'success') ON CONFLICT DO NOTHING;
CREATE TABLE odd.found AS SELECT * FROM saaskpi.check_sources('odd');
CALL saaskpi.refresh('odd');
CREATE TABLE odd.held AS SELECT * FROM saaskpi.check_identities('odd');
SQL
my @parts = (map({ [ "odd.$_", "odd.$_" ] } relations($node), mats($node), qw(found held kpi_data_quality kpi_payment_statuses kpi_manifest)),
    [ 'log', "(SELECT settings::jsonb - 'effective_as_of', errors, error_rows, error_amount FROM odd.kpi_refresh_log ORDER BY run_id DESC LIMIT 1)" ],
    [ 'views', "(SELECT relname, pg_get_viewdef(oid) FROM pg_class WHERE relnamespace = 'odd'::regnamespace AND relkind = 'v' AND relname LIKE 'kpi%')" ],
    [ 'comments', "(SELECT c.relname, d.objsubid, d.description FROM pg_description AS d JOIN pg_class AS c ON c.oid = d.objoid WHERE c.relnamespace = 'odd'::regnamespace)" ]);
my $stored = join "\nUNION ALL ", map
{
    "SELECT '$_->[0]', count(*) || ' ' || md5(coalesce(string_agg(r::text, E'\\n' ORDER BY r::text COLLATE \"C\"), '')) FROM $_->[1] AS r"
} @parts;
my $forget = "CALL saaskpi.drop_views('odd'); DROP TABLE odd.found, odd.held;";

# What is stored and told after all has been made anew under some settings, or
# the error.
sub stored_under
{
    my ($settings, @as) = @_;
    my ($error, undef, $all) = sql_error($node, $settings . $run, @as);
    sql($node, 'ALTER ROLE settled RESET ALL; ALTER DATABASE postgres RESET ALL');
    my $got = $error || ($all =~ /ERROR|FATAL/ ? $all : sql($node, $stored));
    sql($node, $forget) if $got !~ /ERROR/;
    return $got;
}

# The first time check_sources looks from today.
stored_under('');
my $usual = stored_under('');
my %usual = map { $_ => 1 } split /\n/, $usual;

sub all_the_same
{
    my ($what, @under) = @_;
    my $got = stored_under(@under);
    return is(join("\n", grep { !$usual{$_} } split /\n/, $got), '', "all the same: $what");
}

like($usual, qr/^odd\.kpi_customers\|4 /, 'the odd company: three customers, and payments of nobody');
is(join(' ', grep { !untrained($_) } $usual =~ /^odd\.(\w+)\|0 /mg), '', 'of which every relation has rows');
# One of each family at a time; one by one where they together are not the same.
my @lc = grep { state_of($node, "SET lc_numeric = '$_'") eq '' } qw(de_DE.UTF-8 fr_FR.UTF-8 C.UTF-8);
my @families = (
    [ 'standard_conforming_strings = off', 'standard_conforming_strings = off; SET escape_string_warning = off',
      'escape_string_warning = off', 'backslash_quote = on', 'backslash_quote = off' ],
    [ 'quote_all_identifiers = on', 'transform_null_equals = on', 'array_nulls = off' ],
    [ map { "DateStyle = '$_'" } 'ISO, DMY', 'ISO, YMD', 'SQL, DMY', 'German', 'Postgres, MDY' ],
    [ map { "IntervalStyle = $_" } qw(sql_standard iso_8601 postgres_verbose) ],
    [ map { "TimeZone = '$_'" } 'Pacific/Kiritimati', 'America/New_York', '<-03>3' ],
    [ 'extra_float_digits = -15', 'extra_float_digits = 0' ],
    [ 'bytea_output = escape', 'xmlbinary = hex', 'xmloption = document' ],
    [ map { "client_encoding = $_" } qw(LATIN1 SQL_ASCII EUC_JP) ],
    [ map({ "default_transaction_isolation = '$_'" } 'repeatable read', 'serializable'),
      'default_transaction_read_only = off', 'default_transaction_deferrable = on' ],
    [ 'search_path = evil, pg_catalog', q{search_path = ''} ],
    [ q{plpgsql.extra_errors = 'all'}, q{plpgsql.variable_conflict = use_column}, 'check_function_bodies = off' ],
    [ 'row_security = off', 'session_replication_role = replica', 'default_toast_compression = pglz' ],
    [ 'plan_cache_mode = force_generic_plan', 'work_mem = 64',
      'join_collapse_limit = 1; SET from_collapse_limit = 1; SET geqo_threshold = 2',
      'enable_hashagg = off; SET enable_hashjoin = off', 'enable_sort = off; SET enable_mergejoin = off; SET enable_nestloop = off' ],
    [ 'statement_timeout = 0', 'client_min_messages = error' ],
    map { my $category = $_; [ map { "lc_$category = '$_'" } @lc ] } qw(numeric monetary time messages));
for my $turn (0 .. 4)
{
    my @together = grep { defined } map { $_->[$turn] } @families;
    all_the_same(join('; ', @together), join '', map { "SET $_;\n" } @together)
      or map { all_the_same($_, "SET $_;\n") } @together;
}
(my $every = join ';', map { "ALTER ROLE settled SET $_" }
    'standard_conforming_strings = off', 'quote_all_identifiers = on', 'transform_null_equals = on', 'array_nulls = off',
    q{DateStyle = 'German'}, 'IntervalStyle = iso_8601', q{TimeZone = 'Pacific/Kiritimati'}, 'extra_float_digits = -15',
    'bytea_output = escape', 'search_path = evil, pg_catalog', q{default_transaction_isolation = 'serializable'});
sql($node, $every);
all_the_same('many of them, set for the role', '', user => 'settled');
(my $database = $every) =~ s/ROLE settled/DATABASE postgres/g;
sql($node, $database);
all_the_same('set for the database', '', user => 'settled');

# Dates nobody meant: left out and listed, and everything else as without them.
sql($node, "CALL saaskpi.create_source_tables('mistyped')");
sql($node, fill('mistyped') . <<'END');
INSERT INTO mistyped.customers (customer_id, signup_date, segment, country, acquisition_channel)
VALUES ('w', '1825-01-01', 'SMB', 'DE', 'Organic'), ('x', '1925-01-01', 'SMB', 'DE', 'Organic'),
       ('y', '1970-01-01', 'SMB', 'DE', 'Organic'), ('z', '0202-01-01', 'SMB', 'DE', 'Organic');
INSERT INTO mistyped.subscriptions (subscription_id, customer_id, plan_type, start_date, monthly_price)
VALUES ('s', 'w', 'Pro', '1825-01-01', 10), ('s', 'x', 'Pro', '1925-01-01', 10),
       ('s', 'y', 'Pro', '1970-01-01', 10), ('s', 'z', 'Pro', '0202-01-01', 10);
INSERT INTO mistyped.payments VALUES ('late', 'a', '0202-03-10', 100, 'Success');
INSERT INTO mistyped.costs VALUES ('0202-03', 1, 1, 1);
END
make_views($node, 'mistyped', as_of => '2023-06-15');
is(sql($node, 'SELECT count(*), min(period) FROM mistyped.kpi_calendar'), '6|2023-01-01',
    'mistyped dates: the calendar begins with the first date that is meant');
(my $others = all_of('mistyped')) =~
  s/FROM mistyped\.kpi_customers AS r/FROM (SELECT * FROM mistyped.kpi_customers WHERE customer_id < 'w') AS r/;
my @unlike = grep { !/^kpi_summaries\|/ } split /\n/, sql($node, "SELECT * FROM ($others) AS q(relation, digest) EXCEPT SELECT * FROM (" . all_of('plain') . ') AS q');
is("@unlike", '', 'the numbers are those without them');
is(sql($node, "SELECT string_agg(customer_id || ' ' || status || coalesce(signup_date::text, ''), ',' ORDER BY customer_id)"
    . " FROM mistyped.kpi_customers WHERE customer_id >= 'w'"), 'w prospect,x prospect,y prospect,z prospect',
    'the customers themselves are known');
is(sql($node, 'SELECT rule, rows FROM mistyped.kpi_data_quality WHERE severity = \'error\' ORDER BY rule'),
    "cost_month_implausible|1\npayment_date_implausible|1\nsignup_date_implausible|4\nstart_date_implausible|4",
    'each is listed');
is(sql($node, 'SELECT errors, error_rows, error_amount FROM mistyped.kpi_refresh_log'), '4|10|140',
    'and counted in the log');

end_of_test($node);
