#!/usr/bin/perl
# Executes README.md and the guides: every sql block of a page, in order, in
# one session on a database of the page's own, from the folder whose files the
# examples load.  Before a guide the first block of the README is run, which
# makes the company of the examples.  The block of text that follows an sql
# block is what psql must print; an sql block without one must not fail.
# Then the pages that are printed from the catalog must be current, and links
# must lead somewhere.  Prints an ok or a not ok per example and page, and a
# total.
#
#   test/readme.pl [PAGE ...]
#   test/readme.pl --renew      writes the pages that are printed
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);

my $root = abs_path(dirname(__FILE__) . '/..');
my $readme = "$root/README.md";
my $example_dir = "$root/demo/four";
my %printed = ('reference' => 'doc/reference.md', 'dictionary' => 'doc/kpi-dictionary.md', 'requirements' => 'doc/requirements.md');

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
sql -d template1 -c 'CREATE EXTENSION saaskpi' || exit 1
export SAASKPI_README=$bin/psql
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

# One psql for all examples of a page; a line of its own comes after each.
sub run_examples
{
    my ($setup, @examples) = @_;
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
        print $psql "\\set SHOW_CONTEXT never\nDROP DATABASE IF EXISTS books;\n",
          "CREATE DATABASE books TEMPLATE template0;\n\\connect books\n",
          "\\o /dev/null\n$setup\n\\o\n";
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

sub report
{
    my ($right, $name, @comments) = @_;
    $right ? $passed++ : $failed++;
    print $right ? '' : 'not ', "ok - $name\n";
    print map { "#   $_\n" } @comments if !$right;
}

sub test_page
{
    my ($page, $setup) = @_;
    my $short = $page =~ s{^\Q$root\E/}{}r;
    my @examples = run_examples($setup, read_examples($page));
    foreach my $e (@examples)
    {
        my $got = plain($e->{got} // 'psql ended before this example');
        my $want = defined $e->{output} ? plain($e->{output}) : undef;
        report(
            defined $want ? $got eq $want : $got !~ /\b(ERROR|FATAL|ended before)/,
            "$short line $e->{line}, $e->{heading}",
            (map { "wanted: $_" } split /\n/, $want // ''),
            map { "got:    $_" } split /\n/, $got);
    }
    report(0, "$short has an example") if !@examples;
}

sub printed
{
    my ($what) = @_;
    local $ENV{PSQL} = $ENV{SAASKPI_README};
    local $ENV{PGDATABASE} = 'template1';
    my $text = `'$root/doc/reference.sh' $what`;
    die "doc/reference.sh $what failed\n" if $? || $text eq '';
    return $text;
}

sub slurp
{
    my ($file) = @_;
    open(my $in, '<', "$root/$file") or return '';
    local $/;
    return scalar <$in>;
}

if (($ARGV[0] // '') eq '--renew')
{
    foreach my $what (sort keys %printed)
    {
        open(my $out, '>', "$root/$printed{$what}") or die "$printed{$what}: $!\n";
        print $out printed($what);
        close $out or die "$printed{$what}: $!\n";
    }
    exit;
}
# Links within the checkout, as GitHub makes anchors of headings.
sub anchors
{
    my ($text) = @_;
    $text =~ s/^```.*?^```$//msg;
    return { map { (lc($_) =~ s/[^\w\- ]//gr =~ tr/ /-/r) => 1 } $text =~ /^#+ +(.*?)\s*$/mg };
}

sub test_links
{
    my ($page) = @_;
    my @dead;
    foreach my $link (slurp($page) =~ /\]\(([^)\s]+)\)/g)
    {
        next if $link =~ /^\w+:/;
        my ($path, $anchor) = split /#/, $link;
        my $target = $path eq '' ? $page : dirname($page) . "/$path";
        push @dead, $link
          if !-e "$root/$target" || (defined $anchor && !anchors(slurp($target))->{$anchor});
    }
    report(!@dead, "$page has no dead link", @dead);
}

my ($company) = map { $_->{sql} } read_examples($readme);
foreach my $page (@ARGV ? map { abs_path($_) } @ARGV : ($readme, sort glob "$root/doc/guide/*.md"))
{
    test_page($page, $page eq $readme ? '' : $company);
}
foreach my $page (@ARGV ? () : glob "$root/*.md $root/doc/*.md $root/doc/guide/*.md")
{
    test_links($page =~ s{^\Q$root\E/}{}r);
}
foreach my $what (@ARGV ? () : sort keys %printed)
{
    report(printed($what) eq slurp($printed{$what}),
        "$printed{$what} is current", 'after installing saaskpi: make reference');
}
# The version stands in saaskpi.control; these say it again.
my ($version) = slurp('saaskpi.control') =~ /^default_version = '(.*)'/m;
my %says = (
    'META.json' => qr/"version": "\Q$version\E"/,
    'CHANGELOG.md' => qr/^## \Q$version\E /m);
foreach my $file (sort keys %says)
{
    report(scalar(slurp($file) =~ $says{$file}), "$file names version $version");
}
print "$passed passed, $failed failed\n";
exit($failed ? 1 : 0);
