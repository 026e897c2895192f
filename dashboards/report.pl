#!/usr/bin/perl
# Writes the executive pages of one schema as one file of HTML, which needs no
# network, no script and no server to be read.
#
#   dashboards/report.pl --schema acme --out FILE.html -- psql -d books
#
#   --schema NAME   whose relations are shown
#   --out FILE      where to write
#   -- psql ...     how the database is reached, psql unless told
#
# All numbers are read at one moment, in one transaction that writes nothing.
# A panel whose relation is not there, or has no row, is left out, and named at
# the end of the report.
use strict;
use warnings;
use utf8;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Spec;
use File::Temp;
my $here;
BEGIN { $here = dirname(abs_path(__FILE__)); }
use lib "$here/lib";
use JSON::PP ();
use Source qw(read_source expand fail write_file);
use Expand qw(range_of);
use Report qw(show page_of tile_of figure_of is_number);

my @sections = (
    [ 'Where things stand', map { "executive-overview/$_" } qw(mrr arr customers collected logo-churn nrr conversion gross-margin) ],
    [ 'Revenue', map { "executive-overview/$_" } qw(waterfall mrr-forecast movements revenue-trend mrr-by-plan growth) ],
    [ 'Churn and retention', map { "executive-overview/$_" } qw(churn-rates retention-rates customers-moved) ],
    [ 'Cohorts', map { "customer-insights/$_" } qw(cohorts cohort-revenue) ],
    [ 'Segments', 'customer-insights/segments', 'customer-insights/churn-by-segment', 'customer-insights/churn-by-country', 'crm-segmentation/mix', 'crm-segmentation/mix-table', 'activity/groups' ],
    [ 'Money', map { "financial-health/$_" } qw(gross-profit operating-profit cac-payback ltv-to-cac cost-vs-revenue profit-bridge cash-bridge unit-economics) ],
    [ 'Sales', map { "crm-executive/$_" } qw(sales orders order-value repeat sales-trend) ],
    [ 'Risk', map({ "crm-churn-risk/$_" } qw(scored flagged revenue loss)), 'crm-executive/risk-trend', 'crm-churn-risk/countries' ],
    [ 'Actions: whom to call', map { "crm-actions/$_" } qw(coverage listed loss-covered budget offers list) ],
    [ 'To look into', map { "executive-overview/$_" } qw(anomalies change-flags) ]);
my $longest = 25;

my %options;
while (@ARGV)
{
    my $name = shift @ARGV;
    last if $name eq '--';
    if ($name =~ /^--(schema|out)$/ && @ARGV) { $options{$1} = shift @ARGV; next; }
    print STDERR "usage: report.pl --schema NAME --out FILE.html [-- psql ARGUMENT ...]\n";
    exit 2;
}
my @psql = @ARGV ? @ARGV : ('psql');
foreach my $name (qw(schema out)) { fail("report.pl: --$name is missing") if !defined $options{$name}; }
utf8::decode($options{schema});
fail('report.pl: a schema has a name of 1 to 63 bytes') if $options{schema} !~ /^[^\0\n]{1,63}$/;
fail("report.pl: $options{out} is a folder") if -d $options{out};
my $schema = "'" . $options{schema} =~ s/'/''/gr . "'";
my $source = read_source(dirname($here));
my %panels = map { my $page = $_; map { ("$page->{page}/$_->{id}" => { %$_, page => $page }) } @{ $page->{panels} } } @{ $source->{pages} };

# ask([KEY, SQL] ...): { KEY => { state, message, rows } }, each row an object
# of texts.  JSON escapes all control characters, so
# they are free to stand between answers.
sub ask
{
    my (@queries) = @_;
    my $script = File::Temp->new;
    binmode($script, ':encoding(UTF-8)');
    print $script "\\set ON_ERROR_STOP off\n\\set ON_ERROR_ROLLBACK on\n\\set VERBOSITY terse\n\\pset tuples_only on\n\\pset format unaligned\n\\pset pager off\n",
      "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\nSET datestyle = 'ISO';\nBEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\nSELECT set_config('search_path', format('%I', $schema), true) \\g /dev/null\n";
    foreach my $query (@queries)
    {
        print $script "\\echo \x1d$query->[0]\nSELECT coalesce(json_agg((SELECT json_object_agg(e.key, e.value) FROM json_each_text(to_json(q)) AS e)), '[]') FROM ($query->[1]\n) AS q;\n\\echo \x1e:SQLSTATE :LAST_ERROR_MESSAGE\n";
    }
    print $script "ROLLBACK;\n";
    close $script or fail("report.pl: $!");
    open(my $in, '-|', @psql, '-X', '-q', '-f', "$script") or fail("$psql[0]: $!");
    binmode($in, ':raw');
    local $/ = "\x1d";
    my %answers;
    while (my $part = <$in>)
    {
        chomp $part;
        my ($key, $json, $state, $message) = $part =~ /\A(\S+)\n(.*?)\x1e(\w{5}) ?(.*)\n/s or next;
        utf8::decode($message);
        $answers{$key} = { state => $state, message => $message, rows => $state eq '00000' ? JSON::PP->new->utf8->decode($json) : [] };
    }
    close $in;
    fail('report.pl: ', join(' ', @psql), ' gave no answer') if !%answers;
    return \%answers;
}

sub rows_of
{
    my ($answers, $key) = @_;
    my $answer = $answers->{$key} // fail("report.pl: no answer to $key");
    fail("report.pl: $key: $answer->{message}") if $answer->{state} ne '00000';
    return $answer->{rows};
}

sub there_is { return "CALL saaskpi.create_views($schema) and CALL saaskpi.refresh($schema) make it"; }

# What there is to read, and the moment that is looked at.
my @relations = @{ rows_of(ask([ 'relations', "SELECT c.relname AS name, has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = $schema AND c.relkind IN ('r', 'v') AND c.relname LIKE 'kpi\\_%' AND c.relname NOT LIKE '%\\_mat'" ]), 'relations') };
my %there = map { ($_->{name} => 1) } grep { $_->{readable} eq 'true' } @relations;
fail("report.pl: there is no schema $options{schema} with KPIs that this role may read: ", there_is()) if !$there{kpi_settings} || !$there{kpi_status};
my $first = ask([ 'about', "SELECT s.currency, s.effective_as_of AS as_of, (date_trunc('month', s.effective_as_of::timestamp) - interval '1 month')::date AS month, to_char((SELECT max(refreshed_at) FROM kpi_status) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS refreshed_at, " . ($there{kpi_calendar} ? '(SELECT min(period) FROM kpi_calendar)' : 'NULL::date') . ' AS first_month FROM kpi_settings AS s' ],
    map { [ $_, "SELECT max(snapshot) AS snapshot FROM $_" ] } grep { $there{$_} } qw(kpi_segment_mix kpi_churn_trend));
my $about = rows_of($first, 'about')->[0] // fail("report.pl: nothing is set for $options{schema}");
my %snapshot = map { ($_ => rows_of($first, $_)->[0]{snapshot}) } grep { $there{$_} } qw(kpi_segment_mix kpi_churn_trend);

# the range that the page of a panel opens with
sub days_of { my $range = range_of(split(/ to /, $_[0]{page}{range}), $about->{as_of}); return map { substr($range->{$_}, 0, 10) } qw(from to); }

sub since_of
{
    my ($panel) = @_;
    my ($from) = days_of($panel);
    $from = $about->{first_month} if ($about->{first_month} // '') gt $from;
    return $panel->{body} =~ /\{(?:range|from)\b/ ? 'From ' . show($from, 'date') . ' on' : undef;
}

sub query_of
{
    my ($panel) = @_;
    my ($first_day, $last_day) = map { "date '$_'" } days_of($panel);
    my $snapshot = $snapshot{ $panel->{body} =~ /kpi_churn/ ? 'kpi_churn_trend' : 'kpi_segment_mix' };
    return expand($panel->{body}, {
        from => sub { $first_day }, to => sub { $last_day }, schema => sub { $schema },
        until => sub { "$_[0] <= $last_day" },
        range => sub { "$_[0] BETWEEN date_trunc('" . ($_[1] eq 'grain' ? 'month' : $_[1]) . "', $first_day)::date AND $last_day" },
        snapshot => sub { defined $snapshot ? "date '$snapshot'" : 'NULL::date' },
        pick => sub { "'" . { grain => 'month', metric => 'mrr' }->{ $_[0] } . "'" },
        among => sub { 'true' } });
}

sub can_be_asked { return !grep { !$there{$_} } $_[0]{body} =~ /\b(kpi_\w+)/g; }

my @keys = grep { can_be_asked($panels{$_} // fail("report.pl: there is no panel $_")) } map { @$_[ 1 .. $#$_ ] } @sections;
# sentences are made of all that there is, or not at all
my @words = @relations == keys %there ? ([ 'narrative', "SELECT saaskpi.narrative($schema) AS said" ], [ 'insights', "SELECT sentence FROM saaskpi.insights($schema)" ]) : ();
my $answers = ask(@words, map { [ $_, query_of($panels{$_}) ] } @keys);
my (@shown, @missing);
my $lead = @words ? rows_of($answers, 'narrative')->[0]{said} // '' : '';
my @more = @words ? grep { index($lead, $_) < 0 } map { $_->{sentence} } @{ rows_of($answers, 'insights') } : ();
push @missing, 'In words' if $lead eq '' && !@more;
push @shown, [ 'In words', ($lead ne '' ? '<p class="lead">' . Svg::escape($lead) . '</p>' : '') . (@more ? '<ul class="more">' . join('', map { '<li>' . Svg::escape($_) . '</li>' } @more) . '</ul>' : '') ] if $lead ne '' || @more;
foreach my $section (@sections)
{
    my ($name, @of) = @$section;
    my ($tiles, $figures) = ('', '');
    foreach my $key (@of)
    {
        my $panel = $panels{$key};
        my @columns = @{ $panel->{columns} };
        my @rows = can_be_asked($panel) ? map { my $row = $_; [ map { $row->{ $_->{name} } } @columns ] } @{ rows_of($answers, $key) } : ();
        my @told = map { my $row = $_; grep { is_number($row->[$_]) } grep { $columns[$_]{name} ne 'place' } 0 .. $#columns } $panel->{kind} eq 'tile' ? [ ($rows[0] // [])->[0] ] : @rows;
        if (!@told) { push @missing, $panel->{title}; next; }
        my $id = $key =~ s{/}{-}r;
        if ($panel->{kind} eq 'tile') { $tiles .= tile_of($panel, $rows[0], $about->{currency}, since_of($panel)) =~ s/^<li>/<li id="$id">/r; }
        else { $figures .= figure_of($panel, \@rows, $id, $panel->{kind} eq 'table' ? $longest : undef, since_of($panel)); }
    }
    push @shown, [ $name, ($tiles ne '' ? "<ul class=\"tiles\">$tiles</ul>" : '') . ($figures ne '' ? "<div class=\"figures\">$figures</div>" : '') ] if $tiles . $figures ne '';
}
fail("report.pl: $options{schema} has nothing to show: CALL saaskpi.refresh($schema) computes it") if !@shown;
my $html = page_of({
        schema => $options{schema},
        month => do { my ($y, $m) = split /-/, $about->{month}; (qw(January February March April May June July August September October November December))[ $m - 1 ] . " $y" },
        said => "As of $about->{as_of}, amounts in $about->{currency}. Months that are not over are left out." . (defined $about->{refreshed_at} ? " Computed $about->{refreshed_at} UTC." : ''),
        end => [ @missing ? 'Without data, and so not shown: ' . join(', ', @missing) . '.' : () , 'Written by saaskpi from the relations of the schema.' ] }, @shown);
write_file(File::Spec->rel2abs($options{out}), $html);
