# What the TAP tests share: a private cluster with the extension, a company to
# load into it, fingerprints of the kpi relations, and the scan of the server
# log for what must never stand there.
#
#   use FindBin;
#   use lib "$FindBin::RealBin/../perl";
#   use SaaskpiTest;
#
# Each file works alone, from any directory, as root too (it then goes on as
# user postgres), and skips with the reason when something is missing.
#
#   PG_CONFIG          which PostgreSQL
#   TESTDIR            where clusters and logs go; else a temporary directory
#   SAASKPI_GENERATOR  the generator; else generator/saaskpi-generate if built
package SaaskpiTest;

use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter 'import';
use File::Basename qw(basename dirname);
use File::Temp qw(tempdir);
use Test::More;

our @EXPORT = qw(
  new_node look_up_alone sql sql_error state_of start_sql finish_sql wait_until
  load_company everything_else make_views relations subscription_relations untrained
  mats fingerprint fingerprints
  server_log_is_clean end_of_test repo_root work_dir rss_kb peak_kb
  program $extension_schema
);

our $extension_schema = 'saaskpi';
our $root = abs_path(dirname(__FILE__) . '/../..');
my $work;
my ($bindir, $sharedir, $pgxs);

sub skip_everything
{
    my ($why) = @_;
    plan skip_all => $why;
    exit 0;
}

# A server refuses to run as root.
sub leave_root
{
    return if $> != 0;
    skip_everything('run as root, and there is no user postgres')
      unless defined getpwnam('postgres');
    skip_everything('run as root, and there is no runuser')
      unless grep { -x "$_/runuser" } split /:/, "$ENV{PATH}:/sbin:/usr/sbin";
    my $self = abs_path($0);
    delete $ENV{TESTDIR};
    $ENV{HOME} = '/tmp';
    chdir '/tmp';
    $ENV{PATH} .= ':/sbin:/usr/sbin';
    system('runuser', '-u', 'postgres', '--', 'test', '-r', $self) == 0
      or skip_everything("run as root, and user postgres cannot read $self");
    exec 'runuser', '-u', 'postgres', '--', $^X, $self, @ARGV;
}

sub find_server
{
    my $pg_config = $ENV{PG_CONFIG} || 'pg_config';
    chomp(my @answer =
          `'$pg_config' --bindir --sharedir --pgxs 2>/dev/null`);
    skip_everything("no $pg_config: install the server's development files")
      unless @answer == 3;
    ($bindir, $sharedir, $pgxs) = @answer;
    skip_everything('saaskpi is not installed: make install')
      unless -e "$sharedir/extension/saaskpi.control";
    $pgxs = abs_path(dirname($pgxs) . '/../..')
      if -e $pgxs;
    skip_everything('no PostgreSQL::Test modules: install postgresql-server-dev')
      unless $pgxs && -e "$pgxs/src/test/perl/PostgreSQL/Test/Cluster.pm";
    skip_everything('no pg_regress: install postgresql-server-dev')
      unless -x "$pgxs/src/test/regress/pg_regress";
    eval { require IPC::Run; 1 }
      or skip_everything('no IPC::Run: install libipc-run-perl');
}

BEGIN
{
    leave_root();
    find_server();
    delete @ENV{ grep { /^PG(?!_)/ } keys %ENV };
    $ENV{PATH} = "$bindir:$ENV{PATH}";
    $ENV{PG_REGRESS} = "$pgxs/src/test/regress/pg_regress";
    $ENV{TESTDIR} ||=
      tempdir('saaskpi_tap_XXXXXX', TMPDIR => 1, CLEANUP => 1);
    unshift @INC, "$pgxs/src/test/perl";
    require PostgreSQL::Test::Utils;
    require PostgreSQL::Test::Cluster;
}

sub repo_root { return $root; }

sub program
{
    my ($name) = @_;
    return "$pgxs/src/test/isolation/$name" if $name =~ /isolation/;
    return "$bindir/$name";
}

# A directory of this run, for files that psql reads or writes.
sub work_dir
{
    $work ||= PostgreSQL::Test::Utils::tempdir();
    return $work;
}

# A started cluster with the extension in database postgres.
sub new_node
{
    my ($name, %option) = @_;
    my $node = PostgreSQL::Test::Cluster->new($name);
    $node->init(extra => [ '-E', 'UTF8', '--locale=C', '-U',
            scalar getpwuid($>) ]);
    $node->append_conf('postgresql.conf', <<"END");
log_statement = none
log_line_prefix = '%m [%p] %e '
log_min_error_statement = panic
log_error_verbosity = default
shared_buffers = 64MB
max_locks_per_transaction = 256
autovacuum = off
jit = off
timezone = 'UTC'
max_worker_processes = 12
max_parallel_workers = 8
END
    $node->append_conf('postgresql.conf', $option{conf}) if $option{conf};
    $node->start;
    $node->safe_psql('postgres', 'CREATE EXTENSION saaskpi');
    return $node;
}

# Where workers cost nothing, only what is computed goes parallel: looking
# something up in catalogs and in the registry, hundreds of times in a refresh,
# would start workers as well, which is most of the time of such a refresh.
sub look_up_alone
{
    my ($node) = @_;
    sql($node, "SET allow_system_table_mods = on;\n" . sql($node, <<'END'));
SELECT format('ALTER TABLE %s SET (parallel_workers = 0);', c.oid::regclass)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname IN ('pg_catalog', 'saaskpi_internal')
END
    return;
}

# The answer to statements that must succeed.
sub sql
{
    my ($node, $text, $db) = @_;
    my $answer = eval { $node->safe_psql($db || 'postgres', $text) };
    return $answer if defined $answer;
    # said aloud: otherwise it stands in a log that is soon deleted
    diag(substr($@, 0, 2000));
    die $@;
}

# The last error of statements that must fail: "SQLSTATE: message", and in
# list context the hint or detail lines too.  Empty when all went well.
sub sql_error
{
    my ($node, $text, %option) = @_;
    my ($out, $err);
    $node->psql($option{db} || 'postgres', "\\set VERBOSITY verbose\n$text",
        stdout => \$out, stderr => \$err, on_error_stop => 1,
        extra_params => $option{user} ? [ '-U', $option{user} ] : []);
    my ($state, $message) = $err =~ /ERROR:\s+(\w{5}): (.*)/;
    my ($hint) = $err =~ /HINT:\s+(.*)/;
    my $first = defined $state ? "$state: $message" : '';
    return wantarray ? ($first, $hint // '', $err) : $first;
}

sub state_of { return substr(sql_error(@_), 0, 5); }

# Statements in the background, in a session of their own.
sub start_sql
{
    my ($node, $text, %option) = @_;
    my $session = { out => '', err => '' };
    $session->{run} = IPC::Run::start(
        [ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d',
          $node->connstr($option{db} || 'postgres')
          . ($option{name} ? " application_name=$option{name}" : ''),
          '-c', $text ],
        '<', \undef, '>', \$session->{out}, '2>', \$session->{err},
        IPC::Run::timeout(120));
    return $session;
}

sub finish_sql
{
    my ($session) = @_;
    eval { $session->{run}->finish; };
    return ($session->{out}, $session->{err});
}

# Asks until the answer is t; a second is long, half a minute is too long.
sub wait_until
{
    my ($node, $question, $db) = @_;
    for (1 .. 600)
    {
        return 1 if $node->safe_psql($db || 'postgres', $question) eq 't';
        select(undef, undef, undef, 0.05);
    }
    return 0;
}

sub generator
{
    my $program = $ENV{SAASKPI_GENERATOR}
      || "$root/generator/saaskpi-generate";
    return -x $program ? $program : undef;
}

# Source tables with a company in them: from the generator where it is built,
# else from SQL.  Options: customers, months, seed, checked, partitions.
sub load_company
{
    my ($node, $schema, %option) = @_;
    my $customers = $option{customers} || 1000;
    my $months = $option{months} || 36;
    my $checked = ($option{checked} // 1) ? 'true' : 'false';
    my $partitions = $option{partitions} || 0;
    my $program = generator();
    sql($node, "CALL saaskpi.create_source_tables('$schema', $checked, $partitions)");
    if ($program)
    {
        my $dir = work_dir() . "/company_$schema";
        system($program, '--quiet', '--customers', $customers, '--months',
            $months, '--start', '2021-01', '--seed', $option{seed} || 1,
            ($option{everything} ? qw(--events --events-per-month 1 --shop --orders-per-customer 1) : ()),
            '--out', $dir) == 0
          or die "the generator failed\n";
        sql($node, join("\n",
            map { "\\copy $schema.$_ from '$dir/$_.csv' csv header" }
              qw(customers subscriptions payments costs),
              $option{everything} ? everything_else() : ()));
    }
    else
    {
        note('generator not built: the company comes from SQL');
        sql($node, sql_company($schema, $customers, $months));
    }
    sql($node, "ANALYZE");
    return;
}

# The sources of a company with an event log, a shop and a sales team.
sub everything_else
{
    return qw(events products orders order_lines sales_reps sales_quotas
      opportunities opportunity_stages pipeline_stages);
}

# A plain stand-in for the generator: pseudo-random by hashes, the same rows
# on every run.
sub sql_company
{
    my ($s, $customers, $months) = @_;
    my $days = $months * 30;
    return <<"END";
CREATE FUNCTION pg_temp.draw(word text, upto int) RETURNS int LANGUAGE sql
RETURN (hashtextextended(word, 7) & 2147483647) % upto;
INSERT INTO $s.customers
SELECT 'C' || i, date '2021-01-01' + pg_temp.draw('s' || i, $days),
       (ARRAY['SMB','Mid-Market','Enterprise'])[1 + pg_temp.draw('g' || i, 3)],
       (ARRAY['DE','US','FR','GB',NULL])[1 + pg_temp.draw('c' || i, 5)],
       (ARRAY['Organic','Referral','Paid Ads'])[1 + pg_temp.draw('a' || i, 3)],
       true
  FROM generate_series(1, $customers) AS i;
INSERT INTO $s.subscriptions
SELECT 'S' || i || '.' || k, 'C' || i,
       (ARRAY['Basic','Pro','Enterprise'])[1 + pg_temp.draw('p' || i || k, 3)],
       c.signup_date + 7 + k * 90,
       CASE WHEN k < 3 THEN c.signup_date + 7 + k * 90 + pg_temp.draw('e' || i || k, 90) + 1 END,
       round(10 + pg_temp.draw('m' || i || k, 49000) / 100.0, 2)
  FROM generate_series(1, $customers) AS i
 CROSS JOIN generate_series(0, 3) AS k
  JOIN $s.customers AS c ON c.customer_id = 'C' || i
 WHERE pg_temp.draw('k' || i || k, 10) < 7;
INSERT INTO $s.payments
SELECT 'P' || row_number() OVER (), s.customer_id, d::date, s.monthly_price,
       CASE WHEN pg_temp.draw('f' || s.subscription_id || d, 20) = 0
            THEN 'Failed' ELSE 'Success' END
  FROM $s.subscriptions AS s
 CROSS JOIN LATERAL generate_series(s.start_date::timestamp,
        coalesce(s.end_date, date '2021-01-01' + $days)::timestamp, '1 month') AS d;
INSERT INTO $s.costs
SELECT to_char(d, 'YYYY-MM'), 1000, 2000, 500
  FROM generate_series(timestamp '2021-01-01',
                       timestamp '2021-01-01' + interval '$months months', '1 month') AS d;
END
}

# The kpi relations over it, dated, filled unless told otherwise.
sub make_views
{
    my ($node, $schema, %option) = @_;
    my $as_of = $option{as_of} || '2024-01-01';
    sql($node, "CALL saaskpi.create_views('$schema');
        UPDATE $schema.kpi_settings SET as_of = '$as_of';");
    sql($node, "CALL saaskpi.refresh('$schema')") unless $option{unfilled};
    return;
}

sub relations
{
    my ($node) = @_;
    return split /\n/, sql($node,
        "SELECT relation FROM saaskpi_internal.relations WHERE maintained NOT IN ('own', 'view', 'shown') ORDER BY ordinal");
}

# Those that customers, subscriptions, payments and costs fill.
sub subscription_relations
{
    my ($node) = @_;
    return split /\n/, sql($node, <<'END');
SELECT relation FROM saaskpi_internal.relations AS r WHERE maintained NOT IN ('own', 'view', 'shown')
   AND NOT EXISTS (SELECT FROM unnest(saaskpi_internal.needs_of(r.relation)) AS n WHERE NOT string_to_array(n, '|') && '{customers,subscriptions,payments,costs}') ORDER BY ordinal
END
}

# Those that are empty until a model is trained; the oracle gives them one.
sub untrained
{
    my ($name) = @_;
    return $name =~ /^kpi_(churn_scores|churn_trend|churn_drift|actions|revenue_at_risk|customer_segments|segments)(_mat)?$/;
}

sub mats { return map { "${_}_mat" } relations(@_); }

# What is asked of each: all rows as text, states included, in a fixed order.
sub fingerprint_query
{
    my ($rows) = @_;
    return "SELECT count(*) || ' ' || coalesce(md5(string_agg(r::text, E'\\n'"
      . " ORDER BY r::text COLLATE \"C\")), '') FROM ($rows) AS r";
}

# relation => fingerprint of its stored table, from one snapshot.
sub fingerprints
{
    my ($node, $schema, $db) = @_;
    my $all = join "\nUNION ALL ",
      map { "SELECT '$_', (" . fingerprint_query("SELECT * FROM $schema.$_")
        . ')' } mats($node);
    my %answer = map { split /\|/ } split /\n/, sql($node, $all, $db);
    return \%answer;
}

# The same as one word.
sub fingerprint
{
    my $all = fingerprints(@_);
    return join "\n", map { "$_ $all->{$_}" } sort keys %$all;
}

# Memory that a process of this machine has of its own: what it has touched of
# the memory that servers share is none.
sub rss_kb { return memory_kb($_[0], 'RssAnon'); }

# And the most that it ever was.
sub peak_kb { return memory_kb($_[0], 'VmHWM'); }

sub memory_kb
{
    my ($pid, $kind) = @_;
    open(my $in, '<', "/proc/$pid/status") or return undef;
    my ($kb) = map { /^$kind:\s+(\d+)/ ? $1 : () } <$in>;
    return $kb;
}

# What a healthy server never writes.  A caught error is not logged; one that
# reaches the client with an internal code is a bug too.
our @markers = (
    qr/terminated by signal/, qr/\bTRAP:/, qr/PANIC: /,
    qr/problem in alloc set/, qr/reference leak/, qr/refcount leak/,
    qr/temporary file leak/, qr/non-empty SPI stack/,
    qr/left open|not closed|was not released/,
    qr/\] XX000 /, qr/\] XX002 /, qr/could not open relation with OID/,
    qr/AddressSanitizer|UndefinedBehaviorSanitizer|LeakSanitizer/,
    qr/runtime error:/, qr/==\d+==(?:ERROR|Invalid|Conditional)/,
    qr/invalid memory alloc request/, qr/\] 5330[0] /,
);

sub server_log_is_clean
{
    my ($node, %option) = @_;
    my @allowed = @{ $option{allow} || [] };
    my @bad;
    open(my $log, '<', $node->logfile) or die $node->logfile . ": $!\n";
    while (my $line = <$log>)
    {
        next unless grep { $line =~ $_ } @markers;
        next if grep { $line =~ $_ } @allowed;
        push @bad, $line;
    }
    is(scalar @bad, 0, 'nothing in the server log that speaks of a crash, '
        . 'a leak or an internal error')
      or diag(join '', @bad[ 0 .. ($#bad < 9 ? $#bad : 9) ]);
    return;
}

sub end_of_test
{
    my ($node, %option) = @_;
    server_log_is_clean($node, %option);
    $node->stop('fast') unless $option{stopped};
    done_testing();
    return;
}

1;
