# Whose code runs with whose rights.  Bob owns a schema and plants code wherever
# a call for his schema passes; a superuser, a member of bob and a job of
# pg_cron make the calls.  Carol, who may do a little in his schema, plants code
# too.  Planted code says in the server log, which no rollback undoes, where it
# ran, as whom, and what it got beyond bob's rights.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use SaaskpiTest;
use Test::More;

chomp(my $share = `\${PG_CONFIG:-pg_config} --sharedir`);
my $has_cron = -e "$share/extension/pg_cron.control";
my $node = new_node('rights', conf => $has_cron
    ? "shared_preload_libraries = 'pg_cron'\ncron.database_name = 'postgres'\n"
    . "cron.use_background_workers = on\ncron.log_run = on\n"
    : '');
my $boss = sql($node, 'SELECT current_user');

# Statements of a role in a session of its own, which must all succeed.
sub as_user
{
    my ($user, $text) = @_;
    my ($out, $err);
    my $status = $node->psql('postgres', $text, stdout => \$out, stderr => \$err,
        on_error_stop => 1, extra_params => [ '-U', $user ]);
    $status == 0 or BAIL_OUT("$text\n$err");
    return $out;
}

sql($node, <<"END");
REVOKE TEMP ON DATABASE postgres FROM PUBLIC;
CREATE ROLE bob LOGIN;
CREATE ROLE member LOGIN IN ROLE bob;
CREATE ROLE carol LOGIN;
CREATE ROLE reader LOGIN;
CREATE ROLE stranger LOGIN;
CREATE TABLE loot AS SELECT 1 AS x;
CREATE SCHEMA code AUTHORIZATION bob;
GRANT USAGE, CREATE ON SCHEMA code TO PUBLIC;
END
as_user('bob', <<"END");
CREATE FUNCTION code.say(place text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS \$\$
DECLARE
    got text := '';
    try text;
BEGIN
    FOREACH try IN ARRAY ARRAY['ALTER ROLE bob SUPERUSER', 'COPY (SELECT 1) TO PROGRAM ''true''', 'SELECT * FROM public.loot',
        'RESET ROLE', 'SET ROLE $boss', 'SET SESSION AUTHORIZATION $boss', 'RESET SESSION AUTHORIZATION', 'SET SESSION AUTHORIZATION DEFAULT',
        'DECLARE held CURSOR WITH HOLD FOR SELECT code.spy(''held'')', 'CREATE TEMP TABLE left_behind (x int)',
        'CREATE FUNCTION pg_temp.left_behind() RETURNS int LANGUAGE sql RETURN 1', 'LISTEN bob', 'PREPARE left_behind AS SELECT code.spy(''prepared'')',
        'DISCARD ALL', 'DEALLOCATE ALL', 'COMMIT', 'CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION code.trap()'] LOOP
        BEGIN
            EXECUTE try;
            got := got || try || '; ';
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
    END LOOP;
    RAISE LOG 'spy|%|%|%|%|end', place, current_user, session_user, got;
END \$\$;
CREATE FUNCTION code.spy(place text) RETURNS boolean LANGUAGE plpgsql AS \$\$
BEGIN
    PERFORM code.say(place), pg_catalog.set_config('search_path', 'code, pg_catalog', false), pg_catalog.set_config('DateStyle', 'SQL, DMY', false);
    RETURN true;
END \$\$;
CREATE FUNCTION code.fixed(place text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS \$\$ BEGIN RETURN code.spy(place); END \$\$;
CREATE FUNCTION code.trap() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS \$\$
BEGIN PERFORM code.spy(TG_NAME); RETURN CASE WHEN TG_OP OPERATOR(pg_catalog.=) 'DELETE' THEN OLD ELSE NEW END; END \$\$;
CREATE FUNCTION code.cancelled() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN IF NEW.status <> 'running' THEN RAISE EXCEPTION 'again' USING ERRCODE = '57014'; END IF; RETURN NEW; END \$\$;
CREATE FUNCTION code.busy() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = '55006'; END \$\$;
CREATE FUNCTION code.rows_of(place text, t regclass) RETURNS SETOF record LANGUAGE plpgsql AS \$\$
BEGIN PERFORM code.spy(place); RETURN QUERY EXECUTE format('SELECT * FROM %s', t); END \$\$;
END

# What planted code has said since it was last asked.
my $offset = 0;
sub spied
{
    my $log = PostgreSQL::Test::Utils::slurp_file($node->logfile, $offset);
    $offset += length $log;
    return map { { place => $$_[0], me => $$_[1], session => $$_[2], got => $$_[3] } }
      map { [ split /\|/, $_, -1 ] } $log =~ /spy\|(.*?)\|end/g;
}

# Statements one after the other, whatever becomes of them; what was said.
sub run_all
{
    my ($user, $text, %option) = @_;
    my ($out, $err) = ('', '');
    $node->psql('postgres', "\\set VERBOSITY verbose\n$text", stdout => \$out, stderr => \$err,
        on_error_stop => 0, timeout => 120, extra_params => [ '-U', $user ]);
    return ($out, $err);
}

# A filled schema of bob's; with few sources, as there are many places.
my $others = join(', ', map { "SCHEMA.$_" } split /\n/, sql($node, <<'END'));
SELECT source FROM saaskpi_internal.sources
 WHERE source NOT IN ('customers', 'subscriptions', 'payments', 'costs');
END
my $rows = "INSERT INTO SCHEMA.customers VALUES ('a', '2024-01-02', 'SMB', 'DE', 'Organic', true);"
  . "INSERT INTO SCHEMA.subscriptions VALUES ('s', 'a', 'Pro', '2024-01-05', NULL, 100);"
  . "INSERT INTO SCHEMA.payments VALUES ('p', 'a', '2024-01-05', 100, 'Success');";
sub bobs_schema
{
    my ($schema, %option) = @_;
    my $fill = ($option{few} ? "DROP TABLE IF EXISTS $others; $rows" : $rows) =~ s/SCHEMA/$schema/gr;
    sql($node, "CREATE SCHEMA $schema AUTHORIZATION bob");
    as_user('bob', "CALL saaskpi.create_source_tables('$schema', checked => false); $fill;"
        . ($option{bare} ? '' : "CALL saaskpi.create_views('$schema'); UPDATE $schema.kpi_settings SET as_of = '2024-03-01', effective_as_of = '2024-02-01';"));
    as_user('bob', "CALL saaskpi.refresh('$schema')") unless $option{bare} || $option{unfilled};
}

# Every entry point, with something to do for each.
sub every_call
{
    my ($s) = @_;
    return "SELECT * FROM saaskpi.check_sources('$s'); CALL saaskpi.refresh('$s');\nCALL saaskpi.refresh('$s', 'wait');\n"
      . "SELECT * FROM saaskpi.check_identities('$s'); CALL saaskpi.create_views('$s'); CALL saaskpi.drop_views('$s');\n"
      . "CALL saaskpi.create_views('$s'); CALL saaskpi.create_source_tables('$s'); SELECT saaskpi.schedule('$s', '0 0 1 1 *');\n"
      . "CALL saaskpi.refresh('$s');\nSELECT * FROM saaskpi.check_identities('$s');\n";
}
my $after = "SELECT format('%s %s %s', current_user, current_setting('search_path'), current_setting('DateStyle'));\n";

# place => what bob plants; S is his schema, and the name says where.
my @plants = (
    source_view => "ALTER TABLE S.costs RENAME TO c; CREATE VIEW S.costs AS SELECT * FROM S.c WHERE code.spy('PLACE');"
      . "INSERT INTO S.c VALUES ('2024-01', 1, 1, 1)",
    nested_view => "ALTER TABLE S.payments RENAME TO c; CREATE VIEW S.d AS SELECT * FROM S.c WHERE code.spy('PLACE'); CREATE VIEW S.payments AS SELECT * FROM S.d",
    source_index => "CREATE INDEX ON S.payments ((code.fixed('PLACE'))) WHERE code.fixed('PLACE')",
    log_row_trigger => "CREATE TRIGGER PLACE BEFORE INSERT OR UPDATE ON S.kpi_refresh_log FOR EACH ROW EXECUTE FUNCTION code.trap()",
    steps_statement_trigger => "CREATE TRIGGER PLACE AFTER INSERT ON S.kpi_refresh_steps EXECUTE FUNCTION code.trap()",
    settings_trigger => "CREATE TRIGGER PLACE AFTER UPDATE ON S.kpi_settings FOR EACH ROW EXECUTE FUNCTION code.trap(); UPDATE S.kpi_settings SET as_of = '2024-03-02'",
    manifest_trigger => "CREATE TRIGGER PLACE BEFORE INSERT OR UPDATE ON S.kpi_manifest FOR EACH ROW EXECUTE FUNCTION code.trap()",
    quality_trigger => "CREATE TRIGGER PLACE BEFORE DELETE OR INSERT ON S.kpi_data_quality FOR EACH STATEMENT EXECUTE FUNCTION code.trap()",
    stored_trigger => "CREATE TRIGGER PLACE BEFORE INSERT OR UPDATE OR DELETE ON S.kpi_mrr_monthly_mat FOR EACH ROW EXECUTE FUNCTION code.trap(); UPDATE S.subscriptions SET monthly_price = 90",
    column_default => "ALTER TABLE S.kpi_refresh_log ADD COLUMN more boolean DEFAULT code.spy('PLACE')",
    check_constraint => "ALTER TABLE S.kpi_refresh_steps ADD CHECK (code.fixed('PLACE' || step))",
    index_expression => "CREATE INDEX ON S.kpi_refresh_log ((code.fixed('PLACE' || status)))",
    index_predicate => "CREATE INDEX ON S.kpi_refresh_log (run_id) WHERE code.fixed('PLACE' || status)",
    generated_column => "ALTER TABLE S.kpi_refresh_log ADD COLUMN more boolean GENERATED ALWAYS AS (code.fixed('PLACE' || status)) STORED",
    table_rule => "CREATE TABLE S.heard (x boolean); CREATE RULE PLACE AS ON INSERT TO S.kpi_refresh_steps DO ALSO INSERT INTO S.heard SELECT code.spy('PLACE')",
    row_policy => "ALTER TABLE S.kpi_refresh_log ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON S.kpi_refresh_log USING (code.spy('PLACE')) WITH CHECK (true)",
    settings_as_view => "ALTER TABLE S.kpi_settings RENAME TO c; CREATE VIEW S.kpi_settings AS SELECT * FROM S.c WHERE code.spy('PLACE')",
    manifest_as_view => "ALTER TABLE S.kpi_manifest RENAME TO c; CREATE VIEW S.kpi_manifest AS SELECT * FROM S.c WHERE code.spy('PLACE')",
    statuses_as_view => "ALTER TABLE S.kpi_payment_statuses RENAME TO c; CREATE VIEW S.kpi_payment_statuses AS SELECT * FROM S.c WHERE code.spy('PLACE')",
    stored_as_view => "ALTER TABLE S.kpi_customers_mat RENAME TO c; CREATE VIEW S.kpi_customers_mat AS SELECT * FROM S.c WHERE code.spy('PLACE')",
    beside => "CREATE VIEW S.kpi_customers_beside AS SELECT * FROM S.kpi_customers_mat WHERE code.spy('PLACE')",
    grants_of_manifest => "UPDATE S.kpi_manifest SET grants = ARRAY['SELECT code.spy(''PLACE'')']; ALTER TABLE S.kpi_manifest DISABLE RULE x",
);
# code there need not run, or cannot
my @still = (
    deferred_trigger => "CREATE CONSTRAINT TRIGGER PLACE AFTER INSERT OR UPDATE ON S.kpi_refresh_log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION code.trap()",
    deferred_later => "CREATE CONSTRAINT TRIGGER PLACE AFTER INSERT OR UPDATE ON S.kpi_data_quality DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION code.trap(); UPDATE S.payments SET amount = NULL",
    shown_view => "CREATE OR REPLACE VIEW S.kpi_calendar AS SELECT * FROM S.kpi_calendar_mat WHERE code.spy('PLACE')",
    cast_of_enum => "CREATE TYPE S.kind AS ENUM ('Success'); CREATE FUNCTION S.say(S.kind) RETURNS text LANGUAGE plpgsql AS \$\$ BEGIN PERFORM code.spy('PLACE'); RETURN 'Success'; END \$\$;"
      . "CREATE CAST (S.kind AS text) WITH FUNCTION S.say(S.kind); ALTER TABLE S.payments ALTER payment_status TYPE S.kind USING 'Success'",
    domain_check => "CREATE DOMAIN S.kind AS text CHECK (code.fixed('PLACE')); ALTER TABLE S.payments ALTER payment_status TYPE S.kind",
);
my %must_run = @plants;
delete @must_run{qw(beside grants_of_manifest)};

# planted code runs as bob, and gets nothing, whoever calls
my $n = 0;
my @all = (@plants, @still);
while (my ($place, $planted) = splice @all, 0, 2)
{
    my $s = 'p' . ++$n;
    bobs_schema($s, few => 1);
    $planted =~ s/; ALTER TABLE S.kpi_manifest DISABLE RULE x//;
    as_user('bob', '' . ($planted =~ s/\bS\./$s./gr =~ s/\bPLACE\b/$place/gr));
    spied();
    for my $caller ($boss, $place =~ /^(source_view|log_row_trigger|stored_as_view|row_policy)$/ ? "member" : ())
    {
        my ($out) = run_all($caller, every_call($s) . $after);
        my @said = spied();
        my @wrong = grep { $_->{me} ne 'bob' || $_->{got} ne '' } @said;
        is(scalar @wrong, 0, "$place, called by " . ($caller eq $boss ? 'a superuser' : 'a member') . ': '
            . (@said ? 'runs as bob' : 'does not run'))
          or diag(join "\n", map { "$_->{place} as $_->{me}: $_->{got}" } @wrong[ 0 .. ($#wrong < 3 ? $#wrong : 3) ]);
        like($out, qr/^\Q$caller\E "\$user", public ISO, MDY$/m, '  and the session is as it was');
        ok(scalar @said, '  and it ran indeed') if $caller eq $boss && $must_run{$place};
    }
}
is(sql($node, "SELECT rolsuper FROM pg_roles WHERE rolname = 'bob'"), 'f', 'bob is no superuser');

# The same operators and types in front of the path of the caller.
bobs_schema('paths');
as_user('bob', <<'END');
CREATE FUNCTION code.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN code.spy('operator'); END $$;
CREATE OPERATOR code.= (FUNCTION = code.eq, LEFTARG = text, RIGHTARG = text);
CREATE FUNCTION code.lower(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM code.spy('function'); RETURN $1; END $$;
CREATE FUNCTION code.any_value(pg_catalog.jsonb) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN code.spy('type'); END $$;
CREATE DOMAIN code.jsonb AS pg_catalog.jsonb CHECK (code.any_value(value));
CREATE DOMAIN code.text AS pg_catalog.text CHECK (code.spy('type'));
CREATE DOMAIN code.name AS pg_catalog.name CHECK (code.spy('type'));
END
spied();
run_all($boss, "SET search_path = code, pg_catalog, public;\n" . every_call('paths'));
is(scalar(() = spied()), 0, 'a path with planted operators, functions and types in front runs none of them');

# The owner cannot keep a superuser's session busy for ever.
bobs_schema('stuck', unfilled => 1);
as_user('bob', "CREATE TRIGGER t BEFORE UPDATE ON stuck.kpi_refresh_log FOR EACH ROW EXECUTE FUNCTION code.cancelled(); ALTER TABLE stuck.costs DROP COLUMN month");
is(state_of($node, "CALL saaskpi.refresh('stuck')"), '42P01', 'a run whose failure cannot be written down ends')
  or diag(scalar sql_error($node, "CALL saaskpi.refresh('stuck')"));
bobs_schema('always', unfilled => 1);
as_user('bob', 'CREATE TRIGGER t BEFORE INSERT ON always.kpi_refresh_steps FOR EACH ROW EXECUTE FUNCTION code.busy()');
is(state_of($node, "SET statement_timeout = '2s'; CALL saaskpi.refresh('always', 'wait')"), '57014',
    'one that says it is busy for ever can be cancelled');

# Carol may create in bob's schema, or has a table there: nothing of hers runs.
sub carols
{
    my ($what) = @_;
    as_user('carol', "CREATE FUNCTION code.carol_says(place text) RETURNS boolean LANGUAGE plpgsql AS
        \$\$ BEGIN RAISE LOG 'spy|%|%|%|%|end', place, current_user, session_user, ''; RETURN true; END \$\$")
      if sql($node, "SELECT to_regproc('code.carol_says') IS NULL") eq 't';
    as_user('carol', "$what");
    spied();
}
sub nothing_of_hers
{
    my ($name, $s, $said) = @_;
    my ($out, $err) = run_all($boss, every_call($s));
    is(scalar(() = spied()), 0, "$name: nothing of carol's runs");
    like($err, $said, '  the call is refused');
    unlike($err, qr/XX000/, '  and no internal error comes of it');
}
bobs_schema('shared', bare => 1);
as_user('bob', 'DROP TABLE shared.costs; GRANT USAGE, CREATE ON SCHEMA shared TO carol');
carols("CREATE VIEW shared.costs AS SELECT '2024-01'::text AS month, 1 AS infra_cost WHERE code.carol_says('view')");
nothing_of_hers('a source view of hers', 'shared',
    qr/42501: "costs" of schema "shared" belongs to role "carol"\n.*DETAIL:  Code of that role would run with the rights of "bob".\n.*HINT:  ALTER VIEW shared.costs OWNER TO bob/s);
carols("DROP VIEW shared.costs; CREATE TABLE shared.costs (month text, infra_cost numeric); CREATE FUNCTION code.carol_fixed() RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS
    \$\$ BEGIN RETURN code.carol_says('index'); END \$\$; CREATE INDEX ON shared.costs ((code.carol_fixed()))");
nothing_of_hers('a source table of hers', 'shared', qr/42501: "costs" of schema "shared" belongs to role "carol"/);
carols("DROP TABLE shared.costs; CREATE VIEW shared.kpi_settings AS SELECT code.carol_says('settings') AS only_row");
nothing_of_hers('a table of saaskpi of hers', 'shared', qr/42501: "kpi_settings" of schema "shared" belongs to role "carol"/);
carols("DROP VIEW shared.kpi_settings; CREATE TABLE shared.kpi_refresh_log (x int); CREATE VIEW shared.kpi_manifest AS SELECT code.carol_says('manifest')::text AS status");
run_all('carol', "SELECT * FROM saaskpi.check_identities('shared');");
is(scalar(() = spied()), 0, 'nor when she says she is a reader');
sql($node, 'DROP VIEW shared.kpi_manifest; DROP TABLE shared.kpi_refresh_log');
as_user('bob', "CALL saaskpi.create_views('shared'); CALL saaskpi.refresh('shared'); GRANT TRIGGER ON shared.kpi_settings, shared.customers TO carol");
carols('CREATE FUNCTION code.carol_trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM code.carol_says(TG_NAME); RETURN NEW; END $$;'
    . 'CREATE TRIGGER harmless BEFORE INSERT ON shared.customers FOR EACH ROW EXECUTE FUNCTION code.carol_trap()');
is(state_of($node, "CALL saaskpi.refresh('shared')"), '', 'a trigger on a table that is only read does not matter');
carols('CREATE TRIGGER t BEFORE UPDATE ON shared.kpi_settings FOR EACH ROW EXECUTE FUNCTION code.carol_trap()');
nothing_of_hers('a trigger of hers', 'shared',
    qr/42501: trigger "t" on "kpi_settings" of schema "shared" belongs to role "carol"\n.*HINT:  DROP TRIGGER t ON shared.kpi_settings/s);

# What she may write is no code.
bobs_schema('written');
as_user('bob', "ALTER TABLE written.payments ADD COLUMN currency text; UPDATE written.payments SET currency = 'EUR';"
    . 'GRANT USAGE ON SCHEMA written TO carol; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA written TO carol');
carols(q{UPDATE written.kpi_settings SET currency = '{map kpi_payment_statuses}'; INSERT INTO written.kpi_payment_statuses VALUES ('''||code.carol_says(''status'')||''', 'success')});
is(state_of($node, "CALL saaskpi.refresh('written')"), '', 'a setting that looks like a place of a template is a text');
is(sql($node, "SELECT count(*) FROM written.kpi_data_quality WHERE rule = 'currency_unlike_settings'"), '1', 'and compared as one');
sql($node, "CALL saaskpi.drop_views('written')");
carols(q{UPDATE written.kpi_manifest SET grants = ARRAY['SELECT code.carol_says(''grants'')', 'GRANT SELECT ON written.kpi_calendar TO carol; SELECT code.carol_says(''grants'')', 'GRANT SELECT ON written.kpi_calendar TO reader'] WHERE relation = 'kpi_calendar'});
sql($node, "CALL saaskpi.create_views('written')");
is(scalar(() = spied()), 0, 'only grants are run from the manifest');
is(sql($node, "SELECT has_table_privilege('reader', 'written.kpi_calendar', 'SELECT')"), 't', 'those of drop_views are');

# A schema of a superuser: what others have in it is not touched with her rights.
sql($node, 'CREATE SCHEMA lent; GRANT USAGE, CREATE ON SCHEMA lent TO carol');
carols("CREATE TABLE lent.customers (customer_id text); CREATE INDEX ON lent.customers ((code.carol_fixed())); INSERT INTO lent.customers VALUES ('a')");
nothing_of_hers('her tables in a schema of a superuser', 'lent', qr/HINT:  ALTER SCHEMA lent OWNER TO carol/);
sql($node, 'ALTER SCHEMA lent OWNER TO carol');
is(state_of($node, "CALL saaskpi.create_views('lent')"), '', '  which helps');
ok((!grep { $_->{me} ne 'carol' } spied()), '  and her code runs as carol');
bobs_schema('taken');
as_user('bob', "CREATE TRIGGER t BEFORE UPDATE ON taken.kpi_settings FOR EACH ROW EXECUTE FUNCTION code.trap(); UPDATE taken.kpi_settings SET as_of = '2024-05-01'");
spied();
sql($node, "ALTER SCHEMA taken OWNER TO $boss");
is(state_of($node, "CALL saaskpi.refresh('taken')"), '42501', 'a schema taken from bob with his tables in it is refused');
is(scalar(() = spied()), 0, 'and runs nothing of his');

# Temporary tables are anybody's, their schema is a superuser's.
sql($node, 'GRANT TEMP ON DATABASE postgres TO carol');
(undef, my $err) = run_all('carol', <<'END');
CREATE TEMP TABLE kpi_refresh_log (x int);
CREATE TEMP VIEW kpi_manifest AS SELECT code.carol_says('temporary')::text AS status;
SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema() \gset
SELECT * FROM saaskpi.check_identities(:'nspname');
END
like($err, qr/3F000: schema "pg_temp_\d+" holds temporary tables/, 'temporary tables are not looked at');
is(scalar(() = spied()), 0, 'nor is their code run');

# A reader's types do not get into what runs as the owner.
bobs_schema('read');
as_user('bob', 'GRANT USAGE ON SCHEMA read TO reader; GRANT SELECT ON read.kpi_refresh_log TO reader');
spied();
my ($out) = run_all('reader', <<'END');
SET search_path = code, pg_catalog;
SELECT saaskpi_internal.check_identities_work('read');
SELECT saaskpi_internal.environment('read');
SELECT pg_catalog.count(*), pg_catalog.bool_and(holds) FROM saaskpi.check_identities('read');
END
like($out, qr/^\d+\|t$/m, 'who may read the log may check the identities');
ok((!grep { $_->{me} eq 'bob' } spied()), 'with types of her own compiled in, none runs as bob');
is(state_of($node, "SELECT * FROM saaskpi.check_sources('read')", user => 'reader'), '42501', 'she may not look through the sources');
is(state_of($node, 'SELECT * FROM read.kpi_customers', user => 'reader'), '42501', 'nor see the numbers');
sql($node, 'REVOKE USAGE ON SCHEMA read FROM reader');
is(state_of($node, "SELECT * FROM saaskpi.check_identities('read')", user => 'reader'), '42501', 'without the schema she may not check');

# Who has no rights is told so.
for my $call ("CALL saaskpi.create_views('read')", "CALL saaskpi.drop_views('read')", "CALL saaskpi.refresh('read')",
    "SELECT * FROM saaskpi.check_sources('read')", "SELECT * FROM saaskpi.check_identities('read')",
    "CALL saaskpi.create_source_tables('read')", "SELECT saaskpi.schedule('read', '0 0 1 1 *')")
{
    my ($error, $hint) = sql_error($node, $call, user => 'stranger');
    is($error, '42501: schema "read" belongs to role "bob"', "refused to a stranger: $call");
    like($hint, qr/GRANT bob TO stranger/, '  with what to ask for');
}
sql($node, 'CREATE SCHEMA bosses');
my ($error, $hint) = sql_error($node, "CALL saaskpi.create_views('bosses')", user => 'stranger');
like($hint, qr/ALTER SCHEMA bosses OWNER TO stranger/, 'nobody is told to become a superuser');

# A dashboard reads the views, and nothing below.
as_user('bob', 'GRANT USAGE ON SCHEMA read TO stranger; GRANT SELECT ON read.kpi_mrr_monthly, read.kpi_customers, read.kpi_forecast_monthly TO stranger');
is(state_of($node, "SELECT * FROM read.$_", user => 'stranger'), '', "a reader of a dashboard reads $_")
  for qw(kpi_mrr_monthly kpi_customers kpi_forecast_monthly);
is(state_of($node, "SELECT * FROM read.$_", user => 'stranger'), '42501', "and not $_")
  for qw(kpi_mrr_monthly_mat kpi_customers_mat payments);

# Lines are read from the sources by whoever asks, with the owner's rights.
bobs_schema('lines', bare => 1);
as_user('bob', <<'END');
INSERT INTO lines.orders (order_id, customer_id, ordered_at) VALUES ('1', 'a', '2024-01-10');
INSERT INTO lines.order_lines VALUES ('1', '1', 'p', 2, 10, 1);
CALL saaskpi.create_views('lines');
UPDATE lines.kpi_settings SET as_of = '2024-03-01';
CALL saaskpi.refresh('lines');
ALTER TABLE lines.order_lines RENAME TO l;
CREATE VIEW lines.order_lines AS SELECT * FROM lines.l WHERE code.spy('lines');
END
spied();
for my $asked ('lines.transactions_clean', "saaskpi.customer_360('lines', 'a') WHERE block = 'order_lines'")
{
    is(sql($node, "SELECT count(*) FROM $asked"), '1', "a superuser reads $asked");
    my @ran = spied();
    ok(@ran > 0 && !grep({ $_->{me} ne 'bob' } @ran), '  and the code of its owner runs as the owner');
}

# Schema public belongs to whoever owns the database.
sql($node, 'CREATE ROLE app LOGIN; CREATE DATABASE shop OWNER app');
sql($node, 'CREATE EXTENSION saaskpi', 'shop');
my $fill = $rows =~ s/SCHEMA/public/gr;
my ($made, $told) = ('', '');
$node->psql('shop', "CALL saaskpi.create_source_tables('public'); $fill CALL saaskpi.create_views('public');\nCALL saaskpi.refresh('public');\nSELECT count(*) FROM kpi_customers;",
    stdout => \$made, stderr => \$told, on_error_stop => 1, extra_params => [ '-U', 'app' ]);
is($made, '1', 'the owner of the database works in schema public') or diag($told);
is(sql($node, "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname ~ '^kpi_.*(_mat|log)\$'", 'shop'), 'app', 'and owns what was made');

# A superuser's job.
SKIP:
{
    skip('no pg_cron: not tested what a job of a superuser runs', 2) unless $has_cron;
    bobs_schema('nightly');
    as_user('bob', "CREATE TRIGGER nightly BEFORE INSERT OR UPDATE ON nightly.kpi_refresh_log FOR EACH ROW EXECUTE FUNCTION code.trap()");
    spied();
    sql($node, "CREATE EXTENSION pg_cron; SELECT saaskpi.schedule('nightly', '* * * * *')");
    $node->poll_query_until('postgres', "SELECT count(*) > 1 FROM nightly.kpi_refresh_log WHERE status = 'ok'");
    my @said = spied();
    ok(scalar @said, 'a job of a superuser runs what bob planted');
    is(scalar(grep { $_->{me} ne 'bob' || $_->{got} ne '' } @said), 0, 'as bob, and it gets nothing');
    sql($node, "SELECT saaskpi.unschedule('nightly')");
}
is(sql($node, "SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles WHERE rolsuper"), $boss, 'there is one superuser, as there was');

end_of_test($node);
