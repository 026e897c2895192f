#!/usr/bin/perl
# Executes README.md: every sql block, in order, in one session of a private
# server, from the folder whose files the examples load.  The block of text
# that follows an sql block is what psql must print; an sql block without one
# must not fail.  Prints an ok or a not ok per example, and a total.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);

my $root = abs_path(dirname(__FILE__) . '/..');
my $readme = $ARGV[0] // "$root/README.md";
my $example_dir = "$root/demo/four";

# The shell library knows how to run a server; this runs below it.
if (!$ENV{SAASKPI_README})
{
    exec 'bash', '-c', <<'END', 'readme', $root, abs_path($0), @ARGV;
root=$1; shift
. "$root/script/lib.sh"
find_postgres
server=$(short_directory)
trap 'stop_server "$server" immediate; rm -rf "$server"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
start_server "$server" || exit 1
sql -c 'CREATE DATABASE books'
export PGDATABASE=books SAASKPI_README=$bin/psql
perl "$@"
END
    die "bash: $!\n";
}

sub read_examples
{
    my ($file) = @_;
    my @examples;
    my ($fence, $heading, $in_between) = (undef, '', 1);
    open(my $in, '<', $file) or die "$file: $!\n";
    while (my $line = <$in>)
    {
        if (defined $fence)
        {
            if ($line =~ /^```\s*$/) { $fence = undef; next; }
            $examples[-1]{sql} .= $line if $fence eq 'sql';
            $examples[-1]{output} .= $line if $fence eq 'output';
        }
        elsif ($line =~ /^```(\w*)\s*$/)
        {
            my $kind = $1;
            if ($kind eq 'sql')
            {
                push @examples,
                  { line => $., heading => $heading, sql => '' };
                $fence = 'sql';
            }
            elsif (($kind eq 'text' || $kind eq '') && @examples && !$in_between
                && !defined $examples[-1]{output})
            {
                $examples[-1]{output} = '';
                $fence = 'output';
            }
            else { $fence = 'other'; }
            $in_between = 0;
        }
        elsif ($line =~ /^#+\s+(.*?)\s*$/) { $heading = $1; $in_between = 1; }
        elsif ($line =~ /\S/) { $in_between = 1; }
    }
    die "$file: a block is not closed\n" if defined $fence;
    return @examples;
}

# One psql for all examples; a line of its own comes after each of them.
sub run_examples
{
    my (@examples) = @_;
    my $mark = 'end of example';
    my $pid = open(my $out, '-|') // die "fork: $!\n";
    if (!$pid)
    {
        chdir $example_dir or die "$example_dir: $!\n";
        open(STDERR, '>&', \*STDOUT) or die;
        $ENV{PGOPTIONS} = '-c client_min_messages=warning';
        $ENV{PAGER} = 'cat';
        open(my $psql, '|-', $ENV{SAASKPI_README}, '-X', '-q', '-f', '-')
          or die "$ENV{SAASKPI_README}: $!\n";
        print $psql "\\set SHOW_CONTEXT never\n";
        print $psql "$_->{sql}\n\\echo '$mark'\n" foreach @examples;
        close $psql;
        exit($? >> 8);
    }
    my ($n, $text) = (0, '');
    while (my $line = <$out>)
    {
        if ($line eq "$mark\n")
        {
            $examples[ $n++ ]{got} = $text;
            $text = '';
        }
        else { $text .= $line; }
    }
    close $out;
    return @examples;
}

# Spaces at the ends of lines, and psql's note of the place in its input, are
# not part of what is compared.
sub plain
{
    my ($text) = @_;
    $text =~ s/^psql:<stdin>:\d+: //mg;
    $text =~ s/[ \t]+$//mg;
    $text =~ s/\A\n+|\n+\z//g;
    return $text;
}

my ($passed, $failed) = (0, 0);
my @examples = run_examples(read_examples($readme));
foreach my $e (@examples)
{
    my $name = "line $e->{line}, $e->{heading}";
    my $got = plain($e->{got} // 'psql ended before this example');
    my $want = defined $e->{output} ? plain($e->{output}) : undef;
    if (defined $want ? $got eq $want : $got !~ /\b(ERROR|FATAL|ended before)/)
    {
        $passed++;
        print "ok - $name\n";
        next;
    }
    $failed++;
    print "not ok - $name\n";
    if (defined $want)
    {
        print map { "#   wanted: $_\n" } split /\n/, $want;
    }
    print map { "#   got:    $_\n" } split /\n/, $got;
}
if (!@examples)
{
    $failed++;
    print "not ok - $readme has no example\n";
}
# The version stands in saaskpi.control; these say it again.
sub slurp
{
    my ($file) = @_;
    open(my $in, '<', "$root/$file") or return '';
    local $/;
    return scalar <$in>;
}

my ($version) = slurp('saaskpi.control') =~ /^default_version = '(.*)'/m;
my %says = (
    'META.json' => qr/"version": "\Q$version\E"/,
    'CHANGELOG.md' => qr/^## \Q$version\E /m);
foreach my $file (sort keys %says)
{
    my $right = slurp($file) =~ $says{$file};
    $right ? $passed++ : $failed++;
    print $right ? '' : 'not ', "ok - $file names version $version\n";
}
print "$passed passed, $failed failed\n";
exit($failed ? 1 : 0);
