# saaskpi.schedule with a real pg_cron: every hint leads to the next step, a
# malformed expression is refused, and a job refreshes within a minute.
use strict;
use warnings;

BEGIN
{
	# works without -I and without the variables of a PGXS make as well
	chomp(my $pgxs = `\${PG_CONFIG:-pg_config} --pgxs`);
	$pgxs =~ s{/src/makefiles/pgxs\.mk$}{};
	unshift @INC, "$pgxs/src/test/perl";
	chomp(my $bin = `\${PG_CONFIG:-pg_config} --bindir`);
	$ENV{PATH} = "$bin:$ENV{PATH}";
	$ENV{PG_REGRESS} ||= "$pgxs/src/test/regress/pg_regress";
}

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

chomp(my $share = `\${PG_CONFIG:-pg_config} --sharedir`);
if (!-e "$share/extension/pg_cron.control")
{
	diag('SKIPPED: no test of the schedule, as pg_cron is not installed'
		  . ' (Debian: apt-get install postgresql-15-cron)');
	plan skip_all => 'pg_cron is not installed';
}

my $node = PostgreSQL::Test::Cluster->new('schedule');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE acme_db');
$node->safe_psql('acme_db', <<'SQL');
CREATE EXTENSION saaskpi;
CREATE SCHEMA acme;
CALL saaskpi.create_source_tables('acme');
INSERT INTO acme.customers VALUES ('C1', '2024-01-05'), ('C2', '2024-01-20');
INSERT INTO acme.subscriptions
VALUES ('S1', 'C1', 'Pro', '2024-01-10', NULL, 100), ('S2', 'C2', 'Basic', '2024-02-01', '2024-03-15', 20);
INSERT INTO acme.payments VALUES ('P1', 'C1', '2024-01-10', 100, 'Success');
INSERT INTO acme.costs VALUES ('2024-01', 10, 20, 30);
CALL saaskpi.create_views('acme');
UPDATE acme.kpi_settings SET as_of = '2024-04-15';
SQL

# Runs a statement that must fail; returns what the client saw.
sub failure
{
	my ($sql, $db) = @_;
	my ($rc, $out, $err) = $node->psql($db // 'acme_db', "\\set VERBOSITY verbose\n$sql");
	isnt($rc, 0, "refused: $sql");
	return $err;
}

sub configure
{
	my ($settings) = @_;
	$node->append_conf('postgresql.conf', $settings);
	$node->restart;
	return;
}

my $schedule = q{SELECT saaskpi.schedule('acme', '* * * * *')};

# pg_cron nowhere, in another database, and loaded but not created
my $err = failure($schedule);
like($err, qr/ERROR:  0A000: pg_cron is not installed in database "acme_db"/, 'says what is missing');
like($err, qr/shared_preload_libraries = 'pg_cron'\n\s*cron\.database_name = 'acme_db'/, 'hint: the settings to paste');
like($err, qr/CREATE EXTENSION pg_cron;/, 'hint: the statement to run');
like($err, qr/psql -d acme_db -c "CALL saaskpi\.refresh\('acme'\)"/, 'hint: the way without pg_cron');

configure("shared_preload_libraries = 'pg_cron'\ncron.use_background_workers = off\n");
$node->safe_psql('postgres', 'CREATE EXTENSION pg_cron');
$err = failure($schedule);
my ($elsewhere) = $err =~ /in that database: (SELECT cron\.schedule_in_database\(.*\);)/;
ok($elsewhere, 'hint: the statement for the database of pg_cron');
my $foreign = $node->safe_psql('postgres', $elsewhere // 'SELECT 1/0');
is($node->safe_psql('postgres', "SELECT jobname, schedule, command, database FROM cron.job WHERE jobid = $foreign"),
	q{saaskpi refresh acme|* * * * *|CALL saaskpi.refresh('acme')|acme_db}, 'the statement of the hint makes the job');
$node->safe_psql('postgres', 'DROP EXTENSION pg_cron');

configure("cron.database_name = 'acme_db'\n");
like(failure($schedule), qr/HINT:  CREATE EXTENSION pg_cron;/, 'hint: only the extension is missing');
$node->safe_psql('acme_db', 'CREATE EXTENSION pg_cron');

# what pg_cron and the server refuse
$err = failure(q{SELECT saaskpi.schedule('acme', 'every hour')});
like($err, qr/ERROR:  22023: invalid schedule: every hour/, 'the message of pg_cron comes through');
like($err, qr/HINT:  .*\* \* \*/s, 'with an example of the form');
like(failure(q{SELECT saaskpi.schedule('public', '* * * * *')}), qr/HINT:  CALL saaskpi\.create_views\('public'\)/, 'a schema without kpi relations');
$node->safe_psql('acme_db', 'CREATE ROLE guest');
$err = failure('SET ROLE guest; SELECT saaskpi.unschedule(\'acme\')');
like($err, qr/42501: permission denied for schema cron.*HINT:  As a superuser: GRANT USAGE ON SCHEMA cron TO guest/s, 'a role that may not');
is($node->safe_psql('acme_db', 'SELECT count(*) FROM cron.job'), '0', 'nothing refused left a job');

# where jobs connect like clients, the caller hears of it
my ($rc, $job, $notice) = $node->psql('acme_db', $schedule);
like($notice, qr/NOTICE:  pg_cron will connect to "localhost" as role.*use_background_workers = on/s, 'notice about the connection');
$node->safe_psql('acme_db', q{SELECT saaskpi.unschedule('acme')});
configure("cron.use_background_workers = on\n");

# made, replaced, removed
($rc, $job, $notice) = $node->psql('acme_db', q{SELECT saaskpi.schedule('acme', '15 3 * * *')});
is($notice, '', 'no notice when jobs are background workers');
is($node->safe_psql('acme_db', $schedule), $job, 'a second call replaces the job');
is($node->safe_psql('acme_db', 'SELECT jobname, schedule, command, database FROM cron.job'),
	q{saaskpi refresh acme|* * * * *|CALL saaskpi.refresh('acme')|acme_db}, 'one job, as asked for last');

# it runs at the next full minute
my $deadline = time + 75;
my $ran = 0;
while (!$ran && time < $deadline)
{
	sleep 0.5;
	$ran = $node->safe_psql('acme_db', "SELECT count(*) FROM cron.job_run_details WHERE jobid = $job AND status IN ('succeeded', 'failed')");
}
is($node->safe_psql('acme_db', "SELECT status, command FROM cron.job_run_details WHERE jobid = $job ORDER BY runid LIMIT 1"),
	q{succeeded|CALL saaskpi.refresh('acme')}, 'pg_cron reports success')
  or diag($node->safe_psql('acme_db', 'SELECT * FROM cron.job_run_details'));
is($node->safe_psql('acme_db', 'SELECT status, as_of, customers, message FROM acme.kpi_refresh_log ORDER BY run_id LIMIT 1'),
	'ok|2024-04-15|2|', 'and the log of the schema has the run');
is($node->safe_psql('acme_db', q{SELECT string_agg(round(closing)::text, ' ' ORDER BY period) FROM acme.kpi_mrr_monthly}),
	'100 120 100 100', 'the relations are filled');

is($node->safe_psql('acme_db', q{SELECT saaskpi.unschedule('acme')}), 't', 'removed');
is($node->safe_psql('acme_db', q{SELECT saaskpi.unschedule('acme')}), 'f', 'nothing left to remove');
is($node->safe_psql('acme_db', 'SELECT count(*) FROM cron.job'), '0', 'no job is left');

# names that need care: quotes, and longer than a job name can hold
my $odd = q{it's "odd"};
my $long = 'x' x 60;
my @jobs;
for my $schema ($odd, $long, "${long}y")
{
	(my $literal = $schema) =~ s/'/''/g;
	(my $identifier = $schema) =~ s/"/""/g;
	$node->safe_psql('acme_db', qq{CREATE SCHEMA "$identifier"; CALL saaskpi.create_source_tables('$literal'); CALL saaskpi.create_views('$literal')});
	push @jobs, $node->safe_psql('acme_db', "SELECT saaskpi.schedule('$literal', '0 4 * * *')");
}
is($node->safe_psql('acme_db', 'SELECT count(DISTINCT jobname) FROM cron.job'), '3', 'schemas with long names have jobs of their own');
my $command = $node->safe_psql('acme_db', "SELECT command FROM cron.job WHERE jobid = $jobs[0]");
$node->safe_psql('acme_db', $command);
is($node->safe_psql('acme_db', 'SELECT status FROM "it\'s ""odd""".kpi_refresh_log'), 'ok', 'the command of an odd name works');

$node->stop;
done_testing();
