#!/usr/bin/perl
# Writes the dashboards of all tools from the one source in this folder.
#
#   dashboards/generate.pl [--schema NAME] [--currency CODE] [--out FOLDER]
#
#   --schema NAME    the schema that they show first, acme unless told
#   --currency CODE  of the amounts, USD unless told
#   --out FOLDER     where to write, build/dashboards unless told
#   --metabase-database NAME  of the database, as it is called in Metabase
#   --superset-uri URI  of the database, as Superset is to reach it
#   --table          prints which panel answers what, as Markdown, and no more
use strict;
use warnings;
use utf8;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
my $here;
BEGIN { $here = dirname(abs_path(__FILE__)); }
use lib "$here/lib";
use Source qw(read_source fail slurp write_file);
use Grafana;
use Metabase;
use Superset;

binmode(STDOUT, ':encoding(UTF-8)');
my $root = dirname($here);
my %options = (schema => 'acme', currency => 'USD', out => "$root/build/dashboards", 'metabase-database' => 'saaskpi', 'superset-uri' => 'postgresql+psycopg2://bi_reader:XXXXXXXXXX@localhost:5432/books');
my $table;
while (@ARGV)
{
    my $name = shift @ARGV;
    if ($name eq '--table') { $table = 1; }
    elsif ($name =~ /^--(schema|currency|out|metabase-database|superset-uri)$/ && @ARGV) { $options{$1} = shift @ARGV; }
    else
    {
        print STDERR "usage: generate.pl [--schema NAME] [--currency CODE] [--out FOLDER] [--metabase-database NAME] [--superset-uri URI] [--table]\n";
        exit 2;
    }
}
fail("a currency is three capital letters, not $options{currency}") if $options{currency} !~ /^[A-Z]{3}$/;
fail("a schema has a name without a dollar sign, of at most 63 bytes") if $options{schema} !~ /^[^\0\$]{1,63}$/;

my $source = read_source($root);
my %seen;
$source->{groups} = [ grep { !$seen{$_}++ } map { $_->{group} } @{ $source->{pages} } ];

# Which panel answers what.
sub print_table
{
    my $part = '';
    print "<!-- Printed by dashboards/generate.pl --table: do not edit. -->\n# What the dashboards show\n\n",
      "Every question that the dashboards must answer, and the panels that do, in [Grafana, Metabase and Superset](guide/dashboards.md) alike.\n";
    foreach my $name (@{ $source->{wanted_order} })
    {
        my $wanted = $source->{wanted}{$name};
        print "\n## $wanted->{part}\n\n| question | name | page: panel |\n|---|---|---|\n" if $wanted->{part} ne $part;
        $part = $wanted->{part};
        my @panels = map { "$_->{page}{title}: $_->{panel}{title}" } @{ $source->{answered}{$name} // [] };
        print "| $wanted->{text} | `$name` | ", (@panels ? join('; ', @panels) : 'none'), " |\n";
    }
}

if ($table) { print_table(); exit; }
Grafana::generate($source, \%options, "$options{out}/grafana");
Metabase::generate($source, \%options, "$options{out}/metabase");
Superset::generate($source, \%options, "$options{out}/superset");
foreach my $file (qw(datasources/saaskpi.yaml dashboards/saaskpi.yaml))
{
    write_file("$options{out}/grafana/provisioning/$file", slurp("$here/grafana/provisioning/$file"));
}
my $panels = grep { $_->{kind} ne 'annotation' } map { @{ $_->{panels} } } @{ $source->{pages} };
print scalar(@{ $source->{pages} }), " pages of $panels panels in $options{out}\n";
