# Dashboards of Grafana in its classic JSON, which every version imports, and
# alert rules for its provisioning.  Not one variable reaches a query unquoted:
# Grafana writes all of them as SQL strings, and the schema goes into
# search_path, which takes a string.
package Grafana;
use strict;
use warnings;
use utf8;
use JSON::PP ();
use Source qw(first_period expand fail size_of write_file);
use Yaml qw(yaml);
use GrafanaPanels;

our @ISA = ('GrafanaPanels');

my $plugin = 'grafana-postgresql-datasource';
my $of_variable = { type => $plugin, uid => '${datasource}' };
my ($yes, $no, $nothing) = (JSON::PP::true, JSON::PP::false, undef);

# The places of a query; sums over whole periods, so that a range that begins
# within a month does not lose the month.
my $literal = sub { my ($name) = @_; return "\${$name:sqlstring}" };
my %places = (
    from => sub { '$__timeFrom()::date' },
    to => sub { '$__timeTo()::date' },
    until => sub { "$_[0] <= \$__timeTo()::date" },
    range => sub {
        my ($column, $period) = @_;
        my $of = $period eq 'grain' ? $literal->('grain') : "'$period'";
        return $period eq 'day' ? "$column BETWEEN \$__timeFrom()::date AND \$__timeTo()::date"
          : "$column BETWEEN " . first_period($of, '$__timeFrom()::date') . ' AND $__timeTo()::date';
    },
    snapshot => sub { $literal->('snapshot') . '::date' },
    schema => sub { $literal->('schema') },
    pick => $literal,
    among => sub { "$_[1] IN (" . $literal->($_[0]) . ')' });

sub query_of { return 'SET LOCAL search_path = ' . $literal->('schema') . ";\n" . expand($_[0], \%places); }

# A number that is the same in every generation, and of nobody else on the page.
sub id_of
{
    my ($text) = @_;
    my $hash = 0;
    $hash = ($hash * 31 + ord $_) % 999_983 foreach split //, $text;
    return $hash + 1;
}

sub target
{
    my ($sql, $format) = @_;
    return [ { refId => 'A', datasource => $of_variable, format => $format, rawQuery => $yes, editorMode => 'code', rawSql => $sql } ];
}

sub panel_of
{
    my ($self, $panel) = @_;
    my $made = $self->make($panel);
    my $sql = delete $made->{sql} // $panel->{body};
    my $format = delete $made->{targets};
    $made->{id} = id_of($panel->{id});
    $made->{title} = $panel->{title};
    $made->{fieldConfig} //= { defaults => {}, overrides => [] };
    return $made if $panel->{kind} eq 'text';
    $made->{description} = $panel->{description};
    $made->{datasource} = $of_variable;
    $made->{targets} = target(query_of($sql), $format);
    return $made;
}

# From left to right, as many as there is room for; a row begins anew.
sub lay_out
{
    my ($self, $page) = @_;
    my (@panels, $row);
    my ($x, $y, $high) = (0, 0, 0);
    foreach my $panel (grep { $_->{kind} ne 'annotation' } @{ $page->{panels} })
    {
        if (defined $panel->{row} && $panel->{row} ne ($row // ''))
        {
            $row = $panel->{row};
            ($x, $y, $high) = (0, $y + $high, 0);
            push @panels, { id => id_of("row $row"), type => 'row', title => $row, collapsed => $no, gridPos => { x => 0, y => $y, w => 24, h => 1 }, panels => [] };
            $y++;
        }
        my ($w, $h) = size_of($panel);
        ($x, $y, $high) = (0, $y + $high, 0) if $x + $w > 24;
        push @panels, { %{ $self->panel_of($panel) }, gridPos => { x => $x, y => $y, w => 0 + $w, h => 0 + $h } };
        $x += $w;
        $high = $h if $h > $high;
    }
    my %seen;
    foreach my $panel (@panels) { fail("$page->{page}: two panels with one number, rename $panel->{title}") if $seen{ $panel->{id} }++; }
    return \@panels;
}

sub variable
{
    my ($self, $variable) = @_;
    my $name = $variable->{id};
    my %common = (name => $name, label => $variable->{title}, hide => 0, skipUrlSync => $no);
    if ($variable->{kind} eq 'fixed')
    {
        my @values = split /\s*,\s*/, $variable->{values};
        return { %common, type => 'custom', query => join(',', @values), multi => $no, includeAll => $no, current => { text => $values[0], value => $values[0], selected => $yes },
            options => [ map { { text => $_, value => $_, selected => $_ eq $values[0] ? $yes : $no } } @values ] };
    }
    return { %common, type => 'textbox', query => '', current => { text => '', value => '', selected => $yes }, options => [] } if $variable->{kind} eq 'free';
    my $many = $variable->{kind} eq 'many';
    my $sql = $name eq 'schema' ? $variable->{body} : query_of($variable->{body});
    return { %common, type => 'query', datasource => $of_variable, query => $sql, refresh => 1, regex => '', sort => 0, options => [],
        multi => $many ? $yes : $no, includeAll => $many ? $yes : $no,
        current => $many ? { text => ['All'], value => ['$__all'], selected => $yes } : $name eq 'schema' ? { text => $self->{schema}, value => $self->{schema}, selected => $yes } : { text => '', value => '' } };
}

sub dashboard
{
    my ($self, $source, $page) = @_;
    my ($from, $to) = $page->{range} =~ /^(\S+) to (\S+)$/ or fail("$page->{page}: the range is not FROM to TO");
    my @marks = map { {
        name => $_->{title}, enable => $yes, hide => $no, iconColor => 'orange', datasource => $of_variable,
        target => { refId => 'A', format => 'table', rawQuery => $yes, editorMode => 'code', rawSql => query_of($_->{body}), limit => 100, matchAny => $no, tags => [], type => 'tags' } } }
      grep { $_->{kind} eq 'annotation' } @{ $page->{panels} };
    return {
        uid => "saaskpi-$page->{page}", title => $page->{title}, description => $page->{about}, tags => [ 'saaskpi', lc $page->{group} ], schemaVersion => 41, editable => $yes,
        timezone => 'utc', time => { from => $from, to => $to }, refresh => '', graphTooltip => 1, fiscalYearStartMonth => 0, weekStart => '', liveNow => $no,
        timepicker => {
            refresh_intervals => [ '5m', '15m', '1h' ],
            quick_ranges => [ map { { display => $_->[0], from => $_->[1], to => $_->[2] } }
                [ 'Last 7 days', 'now-7d/d', 'now' ], [ 'Last 30 days', 'now-30d/d', 'now' ], [ 'Last 90 days', 'now-90d/d', 'now' ], [ 'Year to date', 'now/y', 'now' ],
                [ 'Last year', 'now-1y/y', 'now-1y/y' ], [ 'Last 12 months', 'now-12M/M', 'now-1M/M' ], [ 'Last 24 months', 'now-24M/M', 'now-1M/M' ],
                [ 'Last 24 months and 6 ahead', 'now-24M/M', 'now+6M/M' ], [ 'Last 5 years', 'now-5y/y', 'now' ] ]
        },
        annotations => { list => \@marks },
        links => [ map { {
            title => $_, type => 'dashboards', tags => [ 'saaskpi', lc $_ ], asDropdown => $yes, keepTime => $_ eq $page->{group} ? $yes : $no, includeVars => $yes, targetBlank => $no,
            icon => 'external link', tooltip => '', url => '' } } @{ $source->{groups} } ],
        templating => { list => [
            { name => 'datasource', label => 'Data source', type => 'datasource', query => $plugin, regex => '', hide => 0, refresh => 1, multi => $no, includeAll => $no, skipUrlSync => $no,
                options => [], current => { text => 'saaskpi', value => 'saaskpi', selected => $yes } },
            map { $self->variable($source->{variables}{$_}) } 'schema', @{ $page->{variables} } ] },
        panels => $self->lay_out($page)
    };
}

sub alert
{
    my ($self, $alert) = @_;
    my $schema = $self->{schema} =~ s/'/''/gr;
    my $sql = "SET LOCAL search_path = '$schema';\n$alert->{body}";
    fail("$alert->{where}: a dollar sign, which Grafana would take for a variable") if "$sql$alert->{summary}$alert->{action}" =~ /\$/;
    my %node = (relativeTimeRange => { from => 3600, to => 0 });
    return {
        uid => "saaskpi-$alert->{id}", title => $alert->{title}, condition => 'C', for => $alert->{for}, noDataState => 'Alerting', execErrState => 'Error', isPaused => $no,
        labels => { product => 'saaskpi', schema => $self->{schema} },
        annotations => { summary => $alert->{summary} =~ s/\{value\}/{{ printf "%.2f" \$\$values.B.Value }}/r, description => "Look here: $alert->{action}" },
        data => [
            { refId => 'A', %node, datasourceUid => 'saaskpi', model => { refId => 'A', format => 'time_series', rawQuery => $yes, editorMode => 'code', rawSql => $sql } },
            { refId => 'B', %node, datasourceUid => '__expr__', model => { refId => 'B', type => 'reduce', expression => 'A', reducer => 'last', datasource => { type => '__expr__', uid => '__expr__' } } },
            { refId => 'C', %node, datasourceUid => '__expr__', model => { refId => 'C', type => 'threshold', expression => 'B', datasource => { type => '__expr__', uid => '__expr__' },
                conditions => [ { evaluator => { type => 'gt', params => [ 0 + $alert->{above} ] } } ] } } ]
    };
}

sub generate
{
    my ($source, $options, $folder) = @_;
    my $self = bless {%$options}, __PACKAGE__;
    my $json = JSON::PP->new->canonical->pretty->indent_length(2);
    foreach my $page (@{ $source->{pages} })
    {
        write_file("$folder/dashboards/$page->{page}.json", $json->encode($self->dashboard($source, $page)));
    }
    write_file("$folder/provisioning/alerting/saaskpi.yaml", yaml({
        apiVersion => 1,
        groups => [ { orgId => 1, name => 'saaskpi', folder => 'saaskpi', interval => '5m', rules => [ map { $self->alert($_) } @{ $source->{alerts} } ] } ] }));
}

1;
