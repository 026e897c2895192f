# Plan names are text: states go from a database of one encoding to one of
# another as text does, by dump and by COPY, in text and in binary, and are then
# what the other database would have made of the same rows.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use SaaskpiTest;
use Test::More;

my $node = new_node('encodings');
my $dir = work_dir();
my %encoding = (koi => 'KOI8R', uni => 'UTF8');
$ENV{PGCLIENTENCODING} = 'UTF8';

# In KOI8-R ц stands before г, in Unicode after it.
my $rows = <<'END';
CREATE TABLE subs (c int, s date, e date, p numeric, plan text);
INSERT INTO subs VALUES (1, '2024-01-31', '2024-03-15', 50, 'Базовый'), (1, '2024-03-15', '2024-05-01', 120.5, 'Цена "всё"'),
  (1, '2024-08-01', NULL, 99.9999, 'Гамма'), (2, '2024-02-29', NULL, 10, 'Про'), (2, '2024-02-29', '2024-04-30', 10, 'Юг'),
  (3, '2024-01-01', NULL, 7, 'ascii'), (3, '2024-05-01', NULL, 7, ''), (4, '2024-01-01', '2024-09-01', 3, 'Гамма'), (4, '2024-09-01', NULL, 4, 'Базовый');
CREATE TABLE states AS SELECT c, saaskpi.mrr_history_agg(s, e, p, plan) AS h FROM subs GROUP BY c;
ALTER TABLE states ADD f saaskpi.mrr_flow, ADD r saaskpi.mrr_retention;
UPDATE states SET f = saaskpi.mrr_flow(h, 'month', '2024-09-30'), r = saaskpi.mrr_retention(h, 1, 'month', '2024-09-30');
CREATE TABLE copied (LIKE states);
END
utf8::encode($rows);

for my $db (sort keys %encoding)
{
    sql($node, "CREATE DATABASE $db TEMPLATE template0 ENCODING '$encoding{$db}' LC_COLLATE 'C' LC_CTYPE 'C'");
    sql($node, "CREATE EXTENSION saaskpi; $rows", $db);
}
sub text_of
{
    my ($db, $table) = @_;
    return sql($node, "SELECT * FROM $table ORDER BY c", $db);
}
my %made = map { $_ => text_of($_, 'states') } keys %encoding;
isnt($made{koi}, $made{uni}, 'plans stand in the order of bytes, which differs');

# Each table, in the other database and back where it came from.
for my $from (sort keys %encoding)
{
    my ($to) = grep { $_ ne $from } keys %encoding;
    for my $client (qw(UTF8 KOI8R))
    {
        for my $format (qw(text binary csv))
        {
            local $ENV{PGCLIENTENCODING} = $client;
            my $file = "$dir/$from.$client.$format";
            my $with = $format eq 'text' ? '' : "with (format $format)";
            sql($node, "\\copy states to '$file' $with", $from);
            for my $db ($from, $to)
            {
                sql($node, "TRUNCATE copied;\n\\copy copied from '$file' $with", $db);
                local $ENV{PGCLIENTENCODING} = 'UTF8';
                is(text_of($db, 'copied'), $made{$db},
                    "$from to $db by COPY, $format, client in $client");
            }
        }
    }
}

# By dump.
for my $from (sort keys %encoding)
{
    my ($to) = grep { $_ ne $from } keys %encoding;
    local $ENV{PGCLIENTENCODING};
    delete $ENV{PGCLIENTENCODING};
    my $target = "again_$to";
    $node->command_ok([ 'pg_dump', '-f', "$dir/$from.sql", '-d', $node->connstr($from) ], "dump of $from");
    sql($node, "CREATE DATABASE $target TEMPLATE template0 ENCODING '$encoding{$to}' LC_COLLATE 'C' LC_CTYPE 'C'");
    $node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/$from.sql", '-d', $node->connstr($target) ],
        "restored into $encoding{$to}");
    $ENV{PGCLIENTENCODING} = 'UTF8';
    is(text_of($target, 'states'), $made{$to}, "a dump of $from, restored into $encoding{$to}, is what $to makes");
    is(sql($node, 'SELECT label, closing FROM states, saaskpi.mrr_waterfall(f) WHERE c = 1 AND period = date \'2024-08-01\' ORDER BY 2, 1', $target),
        sql($node, 'SELECT label, closing FROM states, saaskpi.mrr_waterfall(f) WHERE c = 1 AND period = date \'2024-08-01\' ORDER BY 2, 1', $from),
        'and answers alike');
}

# A name the other encoding has no letters for is an error, as in text.
my $euro = "SELECT saaskpi.mrr_history_agg('2024-01-01', NULL, 1, 'plan €')";
utf8::encode($euro);
sql($node, "CREATE TABLE euro AS $euro AS h;\n\\copy euro to '$dir/euro.bin' with (format binary)\n\\copy euro to '$dir/euro.txt'", 'uni');
sql($node, 'CREATE TABLE euro (h saaskpi.mrr_history)', 'koi');
like(sql_error($node, "\\copy euro from '$dir/euro.bin' with (format binary)", db => 'koi'), qr/^22P05/, 'no such letter: binary');
like(sql_error($node, "\\copy euro from '$dir/euro.txt'", db => 'koi'), qr/^22P05/, 'no such letter: text');
like(sql_error($node, "SET client_encoding = 'KOI8R';\n\\copy euro to '$dir/x.bin' with (format binary)", db => 'uni'), qr/^22P05/, 'no such letter: to a client');

end_of_test($node);
