#!/usr/bin/perl
# Runs every query of every dashboard as its tool sends it, on the database
# that psql connects to, as the role that dashboards have, and looks at what
# comes back.  Prints an ok or a not ok per dashboard and kind of fault.
#
#   dashboards/check.pl [--times] FOLDER SCHEMA [psql ARGUMENT ...]     FOLDER: what generate.pl wrote
#
#   --times   then tells which took longest, and how many more than 200 ms
use strict;
use warnings;
use utf8;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
my $here;
BEGIN { $here = dirname(abs_path(__FILE__)); }
use lib "$here/lib";
use JSON::PP ();
use Source qw(read_blocks read_source expand fail slurp);
use Expand qw(range_of expand_query expand_jinja expand_tags);
use Grafana;
use Superset;

binmode(STDOUT, ':encoding(UTF-8)');
my $times = ($ARGV[0] // '') eq '--times' && shift @ARGV;
my ($folder, $schema, @psql) = @ARGV;
@psql = ('psql') if !@psql;
my $source = read_source(dirname($here));
my ($passed, $failed) = (0, 0);

sub report
{
    my ($name, @faults) = @_;
    @faults ? $failed++ : $passed++;
    print @faults ? 'not ' : '', "ok - $name\n";
    print map { "#   $_\n" } @faults > 20 ? (@faults[ 0 .. 19 ], @faults - 20 . ' more') : @faults;
}

# ask [KEY, SQL] ...: in one psql, the columns and rows of each by its key
sub ask
{
    my (@queries) = @_;
    my $script = "$folder/check.sql";
    open(my $out, '>:encoding(UTF-8)', $script) or fail("$script: $!");
    print $out "\\set ON_ERROR_STOP off\n\\set VERBOSITY terse\n\\pset tuples_only on\n\\pset format unaligned\n\\pset fieldsep '\x1f'\n\\pset recordsep '\x1e\\n'\n\\pset null '\x02'\n";
    foreach my $query (@queries)
    {
        my ($key, $sql) = @$query;
        my ($setup, $select) = $sql =~ /^(SET LOCAL [^;]*;\n)?(.*)$/s;
        $setup //= '';
        # what is in a string is psql's business only where a colon begins a name
        print $out "\\echo \x1dcolumns $key\nBEGIN;\n$setup$select \\gdesc\nROLLBACK;\n\\echo \x1drows $key\n", $times ? "\\timing on\n" : '', $setup =~ s/;\n/\\;\n/r, "$select;\n", $times ? "\\timing off\n" : '';
    }
    close $out or fail("$script: $!");
    open(my $in, '-|', 'sh', '-c', 'exec "$@" 2>&1', 'sh', @psql, '-X', '-q', '-f', $script) or fail("psql: $!");
    binmode($in, ':encoding(UTF-8)');
    local $/ = "\x1d";
    my %answers;
    while (my $part = <$in>)
    {
        chomp $part;
        my ($what, $key, $text) = $part =~ /\A(columns|rows) (\S+)\n(.*)\z/s or next;
        $answers{$key}{error} //= $1 if $text =~ s/^psql:[^\n]*?((?:ERROR|FATAL): .*)\n?//m;
        $answers{$key}{ms} = $1 if $times && $text =~ s/^Time: ([\d.]+) ms.*\n?//m;
        $text =~ s/\n\z//;
        $answers{$key}{$what} = [ map { [ split /\x1f/, $_, -1 ] } grep { $_ ne '' } split /\x1e?\n/, $text ] if $what eq 'columns';
        $answers{$key}{$what} = [ map { [ split /\x1f/, $_, -1 ] } split /\x1e\n/, $text ] if $what eq 'rows';
    }
    close $in;
    foreach my $key (map { $_->[0] } @queries) { $answers{$key} //= { error => 'psql ended before this query' }; $answers{$key}{$_} //= [] foreach qw(columns rows); }
    return \%answers;
}

my %shown = map { $_ => 1 } ('date', 'timestamp with time zone', 'text', 'bigint', 'integer', 'numeric', 'double precision', 'boolean');
my %wanted_type = (date => 'date', time => 'timestamp with time zone', text => 'text', flag => 'boolean');

my $json = JSON::PP->new->utf8;
my %dashboards = map { open(my $in, '<', $_) or fail("$_: $!"); local $/; my $d = $json->decode(<$in>); ($d->{uid} => $d) } glob("$folder/grafana/dashboards/*.json");

# What a reader can choose, and with it the answers of all variables.
my %values = (schema => $schema, customer => '', map { my $v = $_; ($v->{id} => (split /\s*,\s*/, $v->{values})[0]) } grep { $_->{kind} eq 'fixed' } values %{ $source->{variables} });
my @choices = grep { $_->{kind} =~ /^(one|many)$/ } map { $source->{variables}{$_} } sort keys %{ $source->{variables} };
my $asked = ask(map { [ $_->{id}, expand_query($_->{id} eq 'schema' ? $_->{body} : Grafana::query_of($_->{body}), \%values, {}) ] } @choices);
my @faults;
foreach my $choice (@choices)
{
    my ($name, $answer) = ($choice->{id}, $asked->{ $choice->{id} });
    my @found = map { $_->[0] } @{ $answer->{rows} };
    push @faults, "$name: " . ($answer->{error} // 'nothing to choose from') if !@found || $answer->{error};
    push @faults, "$name offers NULL" if grep { $_ eq "\x02" } @found;
    push @faults, "$name is of type $answer->{columns}[0][1]" if @found && $answer->{columns}[0][1] ne 'text';
    $values{$name} = $choice->{kind} eq 'many' ? \@found : $found[0] if $name ne 'schema';
    push @faults, "$schema is not among the schemas" if $name eq 'schema' && !grep { $_ eq $schema } @found;
}
report('variables have something to choose from', @faults);

my ($today, $first) = @{ ask([ 'days', "SET LOCAL search_path = '" . $schema =~ s/'/''/gr . "';\nSELECT effective_as_of::text, (SELECT min(period)::text FROM kpi_calendar) FROM kpi_settings" ])->{days}{rows}[0] // [] };
fail('no schema to show') if !defined $today;
# A customer of whom everything is known; the one a page begins with may have
# no subscription, or no order.
my ($customer) = map { $_->[0] } @{ ask([ 'customer', "SET LOCAL search_path = '" . $schema =~ s/'/''/gr . "';\nSELECT r.customer_id FROM kpi_at_risk AS r WHERE EXISTS (SELECT FROM kpi_mrr_movements AS m WHERE m.customer_id = r.customer_id) AND EXISTS (SELECT FROM kpi_orders AS o WHERE o.customer_id = r.customer_id) ORDER BY r.rank LIMIT 1" ])->{customer}{rows} };
fail('nobody at risk has subscribed and ordered') if !defined $customer;
$values{customer} = $customer;
my %ranges = (whole => { from => "${first}T00:00:00Z", to => range_of('now', 'now+6M/M', $today)->{to} }, quarter => range_of('now-90d/d', 'now', $today));

# Each query of a dashboard with what is known of it.
sub queries_of
{
    my ($page, $dashboard) = @_;
    my @queries;
    my %by_id = map { (Grafana::id_of($_->{id}) => $_) } @{ $page->{panels} };
    foreach my $panel (@{ $dashboard->{panels} })
    {
        next if !$panel->{targets};
        my $known = $by_id{ $panel->{id} } or fail("$dashboard->{uid}: panel $panel->{id} is of no source");
        foreach my $target (@{ $panel->{targets} })
        {
            push @queries, { key => "$page->{page}/$known->{id}", sql => $target->{rawSql}, format => $target->{format}, panel => $panel, known => $known };
        }
    }
    my %marks = map { $_->{title} => $_ } grep { $_->{kind} eq 'annotation' } @{ $page->{panels} };
    push @queries, map { { key => "$page->{page}/$marks{$_->{name}}{id}", sql => $_->{target}{rawSql}, format => 'table', known => $marks{ $_->{name} } } } @{ $dashboard->{annotations}{list} };
    return @queries;
}

# What is wrong with an answer: named columns, types the tools show, times in
# order, values where there must be some.
sub faults_of
{
    my ($query, $answer, $must_have_values) = @_;
    return "$query->{key}: $answer->{error}" if $answer->{error};
    my @columns = map { $_->[0] } @{ $answer->{columns} };
    my $known = $query->{known};
    my @said = $known->{kind} eq 'waterfall' ? qw(label base total up down up_below down_below) : map { $_->{name} } @{ $known->{columns} };
    my @found;
    push @found, "columns are @columns, not @said" if "@columns" ne "@said";
    foreach my $column (@{ $answer->{columns} })
    {
        push @found, "$column->[0] is of type $column->[1], which not every tool shows" if !$shown{ $column->[1] };
        my ($unit) = map { $_->{unit} } grep { $_->{name} eq $column->[0] } @{ $known->{columns} };
        push @found, "$column->[0] is of type $column->[1], said to be $unit"
          if defined $unit && ($wanted_type{$unit} // '') ne ($column->[1] =~ /^(date|timestamp with time zone|text|boolean)$/ ? $column->[1] : '');
    }
    # nothing unusual in a short range is no fault
    push @found, 'no row' if !@{ $answer->{rows} } && ($known->{kind} ne 'annotation' || $must_have_values);
    my ($time) = grep { $columns[$_] eq 'time' } 0 .. $#columns;
    push @found, 'no column time' if $query->{format} eq 'time_series' && !defined $time;
    if (defined $time)
    {
        my @times = map { $_->[$time] } @{ $answer->{rows} };
        push @found, 'a time is NULL' if grep { $_ eq "\x02" } @times;
        push @found, 'times are not in order' if grep { $times[$_] lt $times[ $_ - 1 ] } 1 .. $#times;
    }
    foreach my $place ($must_have_values ? 0 .. $#columns : ())
    {
        next if ($known->{sparse} // '') =~ /\b\Q$columns[$place]\E\b/ || $known->{kind} eq 'waterfall';
        push @found, "$columns[$place] is NULL in every row" if !grep { $_->[$place] ne "\x02" } @{ $answer->{rows} };
    }
    return map { "$query->{key}: $_" } @found;
}

# Overrides, links and axes that speak of columns which are not there are not
# told by Grafana: they just do nothing.
sub faults_of_names
{
    my ($query, $answer) = @_;
    my $panel = $query->{panel} // return ();
    my %has = map { $_->[0] => 1 } @{ $answer->{columns} };
    my @names = map { $_->{matcher}{options} } @{ $panel->{fieldConfig}{overrides} };
    push @names, $panel->{options}{xField} =~ s/\\.*//r if defined $panel->{options}{xField};
    push @names, map { my $o = $_->{options}; ($o->{columnField}, $o->{rowField}, $o->{valueField}) } @{ $panel->{transformations} // [] };
    my %labels = map { $_->{label} => 1 } @{ $query->{known}{columns} };
    my @found = map { "names the column $_, which is not there" } grep { !$has{$_} } @names;
    foreach my $property (map { @{ $_->{properties} } } @{ $panel->{fieldConfig}{overrides} })
    {
        push @found, "fills below $property->{value}, which is not there" if $property->{id} eq 'custom.fillBelowTo' && !$labels{ $property->{value} };
    }
    push @found, 'has no description' if ($panel->{description} // '') eq '';
    return map { "$query->{key}: $_" } @found;
}

my @all;
foreach my $page (@{ $source->{pages} })
{
    my $dashboard = delete $dashboards{"saaskpi-$page->{page}"} or do { report($page->{page}, 'was not generated'); next; };
    my @queries = queries_of($page, $dashboard);
    my %of_page = (%ranges, usual => range_of($dashboard->{time}{from}, $dashboard->{time}{to}, $today));
    push @all, map { my $query = $_; map { { %$query, range => $_, sent => expand_query($query->{sql}, \%values, $of_page{$_}) } } sort keys %of_page } @queries;
}
report('every file has its page', map { "$_ has none" } sort keys %dashboards);
my $answers = ask(map { [ "$_->{range}:$_->{key}", $_->{sent} ] } @all);
foreach my $page (@{ $source->{pages} })
{
    foreach my $range (qw(whole usual quarter))
    {
        my @queries = grep { $_->{range} eq $range && $_->{key} =~ m{^\Q$page->{page}/} } @all;
        my @found = map { faults_of($_, $answers->{"$range:$_->{key}"}, $range eq 'whole') } @queries;
        report("$page->{page}, range $range: " . @queries . ' queries', @found);
        report("$page->{page}: what panels say of their columns", map { faults_of_names($_, $answers->{"whole:$_->{key}"}) } @queries) if $range eq 'whole';
    }
}

# What panels show, and what dashboards/values finds another way: of the
# columns that this has, the same rows.
sub told
{
    my ($answer, @names) = @_;
    my %place = map { $answer->{columns}[$_][0] => $_ } 0 .. $#{ $answer->{columns} };
    return sort map { my $row = $_; join '|', map { my $v = $row->[$_] // ''; $v =~ /^-?\d+(?:\.\d+)?$/ ? sprintf('%.6f', $v) + 0 : $v } @place{@names} } @{ $answer->{rows} };
}
my (undef, @others) = read_blocks("$here/values");
my @compared;
foreach my $other (@others)
{
    my @queries = grep { $_->{key} eq $other->{id} } @all;
    fail("$other->{where}: no panel $other->{id}") if !@queries;
    my ($page) = grep { "$_->{page}" eq $other->{id} =~ s{/.*}{}r } @{ $source->{pages} };
    my %of_page = (%ranges, usual => range_of((split / to /, $page->{range})[0, 1], $today));
    push @compared, map { { %$_, sent => expand_query(Grafana::query_of($other->{body}), \%values, $of_page{ $_->{range} }) } } @queries;
}
my $found = ask(map { [ "$_->{range}:$_->{key}", $_->{sent} ] } @compared);
foreach my $other (@others)
{
    my @differ;
    foreach my $range (qw(whole usual quarter))
    {
        my ($want, $have) = map { $_->{"$range:$other->{id}"} } $found, $answers;
        push @differ, "$range: $want->{error}" if $want->{error};
        my @names = map { $_->[0] } @{ $want->{columns} };
        my ($wanted, $shown) = map { join "\n", told($_, @names) } $want, $have;
        push @differ, "$range: @names\n" . join("\n", map { my ($of, $text) = @$_; map { "#     $of $_" } grep { defined } (split /\n/, $text)[0 .. 4] } [ 'wanted', $wanted ], [ 'shown', $shown ]) if $wanted ne $shown;
    }
    report("$other->{id} shows what another query finds", @differ);
}

# What a reader types reaches no query as more than a text.
my @hostile = map { { %$_, sent => expand_query($_->{sql}, { %values, map { $_ => "x'); SELECT 1/0; --\\' \"" } grep { $_ ne 'schema' } keys %values }, $ranges{whole}) } }
  grep { $_->{range} eq 'whole' && $_->{sql} =~ /\$\{(?!schema|snapshot)/ } @all;
my $answered = ask(map { [ $_->{key}, $_->{sent} ] } @hostile);
report('hostile choices are texts: ' . @hostile . ' queries', map { "$_->{key}: $answered->{$_->{key}}{error}" } grep { ($answered->{ $_->{key} }{error} // '') =~ /syntax error at|division|unterminated/ } @hostile);
my ($some) = grep { $_->{range} eq 'whole' && $_->{sql} =~ /\$\{schema/ } @all;
$answered = ask([ 'schema', expand_query($some->{sql}, { %values, schema => "$schema'; SELECT 1/0; --" }, $ranges{whole}) ]);
report('a hostile schema is one that is not there', grep { !/does not exist/ } $answered->{schema}{error} // 'no error');

# Without a customer chosen there are the same columns, if perhaps no row.
my @begun = map { { %$_, sent => expand_query($_->{sql}, { %values, customer => '' }, $ranges{whole}) } } grep { $_->{range} eq 'whole' && $_->{sql} =~ /\$\{customer/ } @all;
$answered = ask(map { [ $_->{key}, $_->{sent} ] } @begun);
report('without a customer chosen: ' . @begun . ' queries', map { $_->{error} // () } map { $answered->{ $_->{key} } } @begun);

# Alert rules: one row, a time and a number.
my $alerts = bless { schema => $schema }, 'Grafana';
my @rules = map { $alerts->alert($_) } @{ $source->{alerts} };
$answered = ask(map { [ $_->{uid}, $_->{data}[0]{model}{rawSql} ] } @rules);
@faults = ();
foreach my $rule (@rules)
{
    my $answer = $answered->{ $rule->{uid} };
    my $types = join(' ', map { "$_->[0]:$_->[1]" } @{ $answer->{columns} });
    push @faults, "$rule->{uid}: " . ($answer->{error} // "gives $types, " . @{ $answer->{rows} } . ' rows')
      if $answer->{error} || $types ne 'time:timestamp with time zone value:double precision' || @{ $answer->{rows} } != 1 || $answer->{rows}[0][1] !~ /^-?[0-9.e+-]+$/;
}
report('alert rules: ' . @rules, @faults);

# The same panels in Metabase and Superset: as they are opened, and with a
# range and choices.
my $set = "SET LOCAL search_path = '" . $schema =~ s/'/''/gr . "';\n";
my %some = (%values, map { $_ => [ $values{$_}[0] ] } grep { ref $values{$_} } keys %values);
my $of_year = range_of('now-12M/M', 'now', $today);
my ($from, $to) = map { substr($of_year->{$_}, 0, 10) } qw(from to);
my $superset = bless({ schema => $schema }, 'Superset')->places;
my $metabase = do { open(my $in, '<', "$folder/metabase/saaskpi.json") or fail("$folder/metabase: $!"); local $/; $json->decode(<$in>) };
my (@elsewhere, @placed);
foreach my $n (0 .. $#{ $source->{pages} })
{
    my ($page, $made) = ($source->{pages}[$n], $metabase->{pages}[$n]);
    my %card = map { $_->{entity_id} => $_ } @{ $made->{cards} };
    my %parameter = map { $_->{id} => $_ } @{ $made->{dashboard}{parameters} };
    my %taken;
    foreach my $place (@{ $made->{dashboard}{dashcards} })
    {
        my $card = $card{ $place->{card_id} // '' };
        my $tags = $card ? $card->{dataset_query}{stages}[0]{'template-tags'} : [];
        push @placed, "$page->{page}: a card over the edge or another" if $place->{col} + $place->{size_x} > 24
          || grep { $taken{$_}++ } map { my $x = $_; map { "$x $_" } $place->{row} .. $place->{row} + $place->{size_y} - 1 } $place->{col} .. $place->{col} + $place->{size_x} - 1;
        push @placed, "$page->{page}: a tag that no filter sets" if grep { !$parameter{$_} } map { $_->{parameter_id} } @{ $place->{parameter_mappings} } or @$tags != @{ $place->{parameter_mappings} };
    }
    foreach my $panel (grep { $_->{kind} !~ /^(text|annotation)$/ } @{ $page->{panels} })
    {
        my $known = $panel->{kind} eq 'waterfall' ? { %$panel, kind => 'steps', columns => [ { name => 'label', unit => 'text' }, { name => 'amount', unit => 'money' } ] } : $panel;
        my $format = $panel->{columns}[0]{name} eq 'time' ? 'time_series' : 'table';
        my ($card) = grep { $_->{name} eq $panel->{title} } @{ $made->{cards} } or do { push @placed, "$page->{page}: $panel->{title} is not in Metabase"; next; };
        my $stage = $card->{dataset_query}{stages}[0];
        my %common = (known => $known, format => $format, panel => undef);
        push @elsewhere, { %common, tool => 'Metabase', key => "metabase:$page->{page}/$panel->{id}", sent => expand_tags($stage->{native}, $stage->{'template-tags'}, { customer => $customer }) },
          { %common, tool => 'Metabase', key => "metabase-chosen:$page->{page}/$panel->{id}", sent => expand_tags($stage->{native}, $stage->{'template-tags'}, { %some, from => $from, to => $to }) };
        my ($part) = Superset::parts_of($panel);
        $known = { %$panel, kind => 'steps', columns => $part->{columns} } if $part->{columns};
        my $sql = expand($part->{sql} // $panel->{body}, $superset);
        push @elsewhere, { %common, known => $known, tool => 'Superset', key => "superset:$page->{page}/$panel->{id}", sent => $set . expand_jinja($sql, { customer => $customer }) },
          { %common, known => $known, tool => 'Superset', key => "superset-chosen:$page->{page}/$panel->{id}", sent => $set . expand_jinja($sql, \%some, "$from 00:00:00", "$to 00:00:00") };
    }
}
report('cards of Metabase have a place and filters', @placed);
$answered = ask(map { [ $_->{key}, $_->{sent} ] } @elsewhere);
foreach my $tool (qw(Metabase Superset))
{
    my @queries = grep { $_->{tool} eq $tool } @elsewhere;
    report("$tool, as it is opened", map { faults_of($_, $answered->{ $_->{key} }, 1) } grep { $_->{key} !~ /chosen/ } @queries);
    report("$tool, with a range and choices: " . @queries . ' queries', map { faults_of($_, $answered->{ $_->{key} }, 0) } grep { $_->{key} =~ /chosen/ } @queries);
}

report('everything wanted has its panel', map { "$_ ($source->{wanted}{$_}{text}) has none" } grep { !$source->{answered}{$_} } @{ $source->{wanted_order} });
if ($times)
{
    my %ms = map { ($_ => $answers->{$_}{ms} // 0) } keys %$answers;
    my @slowest = sort { $ms{$b} <=> $ms{$a} } keys %ms;
    printf "%8.1f ms  %s\n", $ms{$_}, $_ foreach @slowest[ 0 .. 14 ];
    my @all_ms = sort { $a <=> $b } values %ms;
    printf "%d queries of Grafana, median %.1f ms, %d above 200 ms\n", scalar @all_ms, $all_ms[ @all_ms / 2 ], scalar grep { $_ > 200 } @all_ms;
}
print "$passed passed, $failed failed\n";
exit($failed > 0);
