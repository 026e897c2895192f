# Dashboards of Grafana in its classic JSON, which every version imports, and
# alert rules for its provisioning.  Not one variable reaches a query unquoted:
# Grafana writes all of them as SQL strings, and the schema goes into
# search_path, which takes a string.
package Grafana;
use strict;
use warnings;
use utf8;
use JSON::PP ();
use Source qw(panels_of expand fail write_file);
use Yaml qw(yaml);

my $plugin = 'grafana-postgresql-datasource';
my $of_variable = { type => $plugin, uid => '${datasource}' };
my ($yes, $no, $nothing) = (JSON::PP::true, JSON::PP::false, undef);
my %unit = (ratio => 'percentunit', percent => 'percent', count => 'short', number => 'short', days => 'd', months => 'suffix: months',
    seconds => 's', times => 'suffix: ×', text => 'string', flag => 'bool', date => 'time:YYYY-MM-DD', time => 'dateTimeAsIso');
my %known_currency = map { $_ => 1 } qw(USD GBP EUR JPY RUB UAH BRL DKK ISK NOK SEK CZK CHF PLN BTC ZAR INR KRW IDR PHP VND TRY MYR XPF BGN HUF);
my %size = (tile => [ 6, 4 ], table => [ 24, 9 ], heat => [ 24, 12 ], text => [ 24, 6 ]);
my %color = (
    new => 'green', expansion => 'dark-green', reactivation => 'light-green', reactivated => 'light-green', contraction => 'orange', churn => 'red', churned => 'red',
    won => 'green', lost => 'red', created => 'blue', returns => 'red', errors => 'red', up => 'green', up_below => 'green', down => 'red', down_below => 'red', total => 'blue', base => 'transparent');

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
          : "$column BETWEEN date_trunc($of, \$__timeFrom()::date)::date AND \$__timeTo()::date";
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

sub unit_of
{
    my ($self, $unit) = @_;
    return $unit{$unit} if $unit ne 'money';
    return $known_currency{ $self->{currency} } ? "currency$self->{currency}" : "currency:$self->{currency}";
}

sub property { return { id => $_[0], value => $_[1] }; }

sub override { my ($name, @properties) = @_; return { matcher => { id => 'byName', options => $name }, properties => \@properties }; }

sub fixed { return property('color', { mode => 'fixed', fixedColor => $_[0] }); }

sub is_value { return $_[0]{unit} !~ /^(date|time|text|flag)$/; }

sub target
{
    my ($sql, $format) = @_;
    return [ { refId => 'A', datasource => $of_variable, format => $format, rawQuery => $yes, editorMode => 'code', rawSql => $sql } ];
}

sub legend { return { showLegend => $yes, displayMode => 'list', placement => 'bottom', calcs => [] }; }

sub thresholds
{
    my (@steps) = @_;
    return { mode => 'absolute', steps => [ map { { value => $_->[0], color => $_->[1] } } @steps ] };
}

# What every value has: its name, its unit, its color where it has one of old.
sub overrides_of
{
    my ($self, $panel) = @_;
    my @overrides;
    foreach my $column (@{ $panel->{columns} })
    {
        next if $column->{name} =~ /^(time|metric)$/ && $panel->{kind} !~ /^(table|heat)$/;
        next if $panel->{kind} =~ /^(columns|ranked)$/ && !is_value($column);
        my @properties = (property('displayName', $column->{label}), property('unit', $self->unit_of($column->{unit})));
        push @properties, property('decimals', 1) if $column->{unit} =~ /^(ratio|percent|months|times)$/;
        push @properties, fixed($color{ $column->{name} }) if $color{ $column->{name} } && $panel->{kind} =~ /^(line|area|bars|columns)$/;
        push @overrides, override($column->{name}, @properties);
    }
    return \@overrides;
}

sub add_to
{
    my ($overrides, $name, @properties) = @_;
    foreach my $one (@$overrides) { if ($one->{matcher}{options} eq $name) { push @{ $one->{properties} }, @properties; return; } }
    push @$overrides, override($name, @properties);
}

sub tile
{
    my ($self, $panel) = @_;
    my $overrides = $self->overrides_of($panel);
    my ($bad, $good) = ($panel->{good} // 'up') eq 'up' ? ('red', 'green') : ('green', 'red');
    foreach my $column (@{ $panel->{columns} })
    {
        add_to($overrides, $column->{name}, $column->{name} eq 'change'
            ? (property('color', { mode => 'thresholds' }), property('thresholds', thresholds([ $nothing, $bad ], [ 0, $good ])))
            : fixed('text'));
    }
    return {
        type => 'stat', targets => 'table',
        fieldConfig => { defaults => { color => { mode => 'thresholds' }, thresholds => thresholds([ $nothing, 'text' ]), noValue => '-' }, overrides => $overrides },
        options => {
            reduceOptions => { calcs => ['lastNotNull'], fields => '/.*/', values => $no }, orientation => 'vertical', textMode => 'value_and_name', colorMode => 'value',
            graphMode => 'none', justifyMode => 'auto', wideLayout => $yes, showPercentChange => $no, percentChangeColorMode => 'standard' }
    };
}

sub timeseries
{
    my ($self, $panel) = @_;
    my $overrides = $self->overrides_of($panel);
    my @values = grep { is_value($_) } @{ $panel->{columns} };
    my $main = $values[0]{unit};
    foreach my $column (@values[ 1 .. $#values ])
    {
        add_to($overrides, $column->{name}, property('custom.axisPlacement', 'right')) if $column->{unit} ne $main;
    }
    foreach my $name (split /\s*,\s*/, $panel->{lines} // '')
    {
        add_to($overrides, $name, property('custom.drawStyle', 'line'), property('custom.fillOpacity', 0), property('custom.stacking', { mode => 'none', group => 'A' }));
    }
    return {
        type => 'timeseries', targets => 'time_series',
        fieldConfig => {
            defaults => {
                unit => $self->unit_of($main), color => { mode => 'palette-classic' },
                custom => {
                    drawStyle => $panel->{kind} eq 'bars' ? 'bars' : 'line', lineInterpolation => 'linear', lineWidth => $panel->{kind} eq 'bars' ? 1 : 2,
                    fillOpacity => { line => 0, area => 25, bars => 80, band => 0 }->{ $panel->{kind} }, showPoints => 'auto', pointSize => 4, spanNulls => $no,
                    axisPlacement => 'auto', stacking => { mode => $panel->{stack} ? 'normal' : 'none', group => 'A' }
                }
            },
            overrides => $overrides
        },
        options => { legend => legend(), tooltip => { mode => 'multi', sort => 'none' } }
    };
}

sub band
{
    my ($self, $panel) = @_;
    my $made = $self->timeseries($panel);
    my $overrides = $made->{fieldConfig}{overrides};
    my %has = map { $_->{name} => 1 } @{ $panel->{columns} };
    foreach my $level (80, 95)
    {
        next if !$has{"lo$level"};
        my @edge = (fixed('blue'), property('custom.lineWidth', 0), property('custom.showPoints', 'never'),
            property('custom.hideFrom', { legend => $yes, tooltip => $no, viz => $no }));
        my ($lower) = map { $_->{label} } grep { $_->{name} eq "lo$level" } @{ $panel->{columns} };
        add_to($overrides, "lo$level", @edge);
        add_to($overrides, "hi$level", @edge, property('custom.fillBelowTo', $lower), property('custom.fillOpacity', $level == 80 ? 25 : 12));
    }
    foreach my $name (grep { $has{$_} } qw(forecast expected))
    {
        add_to($overrides, $name, fixed('blue'), property('custom.lineStyle', { fill => 'dash', dash => [ 8, 6 ] }));
    }
    add_to($overrides, 'actual', fixed('text'));
    return $made;
}

sub bar_chart
{
    my ($self, $panel, $x, $overrides, $stack, $unit) = @_;
    return {
        type => 'barchart', targets => 'table',
        fieldConfig => {
            defaults => { unit => $self->unit_of($unit), color => { mode => 'palette-classic' }, custom => { lineWidth => 1, fillOpacity => 80, axisPlacement => 'auto' } },
            overrides => $overrides
        },
        options => {
            xField => $x, orientation => $panel->{kind} eq 'ranked' ? 'horizontal' : 'vertical', stacking => $stack ? 'normal' : 'none', showValue => 'auto', barWidth => 0.85,
            groupWidth => 0.7, barRadius => 0, xTickLabelRotation => 0, xTickLabelSpacing => 0, fullHighlight => $no, legend => legend(), tooltip => { mode => 'multi', sort => 'none' }
        }
    };
}

sub columns
{
    my ($self, $panel) = @_;
    my ($x, @others) = @{ $panel->{columns} };
    my ($value) = grep { is_value($_) } @others;
    if (defined $panel->{pivot})
    {
        my $made = $self->bar_chart($panel, "$x->{name}\\$panel->{pivot}", [], $panel->{stack}, $value->{unit});
        $made->{transformations} = [ { id => 'groupingToMatrix',
            options => { columnField => $panel->{pivot}, rowField => $x->{name}, valueField => $value->{name}, emptyValue => 'null' } } ];
        return $made;
    }
    my $made = $self->bar_chart($panel, $x->{name}, $self->overrides_of($panel), $panel->{stack}, $value->{unit});
    $made->{options}{legend}{showLegend} = $no if grep({ is_value($_) } @others) == 1;
    return $made;
}

# Bars that hang where the one before ended: an invisible base below each, and
# parts above and below zero apart, as stacks are.
sub waterfall
{
    my ($self, $panel) = @_;
    my $made = $self->bar_chart($panel, 'label',
        [ map { override($_, fixed($color{$_}), $_ eq 'base' ? property('custom.hideFrom', { legend => $yes, tooltip => $yes, viz => $no }) : ()) } qw(base total up down up_below down_below) ],
        1, $panel->{unit});
    $made->{options}{legend}{showLegend} = $no;
    $panel->{made_columns} = [qw(label base total up down up_below down_below)];
    $made->{sql} = <<"END" =~ s/\s+\z//r;
WITH steps AS (
$panel->{body}
), ends AS (
SELECT place, label, amount, is_total, CASE WHEN is_total THEN amount
       ELSE sum(CASE WHEN is_total AND place > 1 THEN 0 ELSE amount END) OVER (ORDER BY place) END AS after FROM steps
), spans AS (
SELECT place, label, amount, is_total, least(after, after - amount) AS low, greatest(after, after - amount) AS high FROM ends
)
SELECT label, CASE WHEN is_total THEN 0 ELSE greatest(low, 0) + least(high, 0) END AS base, CASE WHEN is_total THEN amount END AS total,
       CASE WHEN NOT is_total AND amount >= 0 THEN greatest(high, 0) - greatest(low, 0) END AS up, CASE WHEN NOT is_total AND amount < 0 THEN greatest(high, 0) - greatest(low, 0) END AS down,
       CASE WHEN NOT is_total AND amount >= 0 THEN least(low, 0) - least(high, 0) END AS up_below, CASE WHEN NOT is_total AND amount < 0 THEN least(low, 0) - least(high, 0) END AS down_below
  FROM spans ORDER BY place
END
    return $made;
}

sub table
{
    my ($self, $panel) = @_;
    my $overrides = $self->overrides_of($panel);
    my $heat = $panel->{kind} eq 'heat';
    my %defaults = (custom => { align => 'auto', cellOptions => { type => 'auto' }, inspect => $no, filterable => $heat ? $no : $yes }, noValue => '');
    if ($heat)
    {
        %defaults = (%defaults, color => { mode => 'continuous-RdYlGr' }, min => 0, max => 1);
        foreach my $column (grep { $_->{unit} eq 'ratio' } @{ $panel->{columns} })
        {
            add_to($overrides, $column->{name}, property('custom.cellOptions', { type => 'color-background', mode => 'basic' }), property('decimals', 0));
        }
    }
    foreach my $column (@{ $panel->{columns} })
    {
        next if $column->{name} ne 'customer_id';
        add_to($overrides, 'customer_id', property('links', [ {
            title => 'Customer 360', targetBlank => $no,
            url => '/d/saaskpi-crm-customer-360?var-customer=${__value.raw:percentencode}&${schema:queryparam}&${datasource:queryparam}&${__url_time_range}' } ]));
    }
    return {
        type => 'table', targets => 'table', fieldConfig => { defaults => \%defaults, overrides => $overrides },
        options => { showHeader => $yes, cellHeight => 'sm' }
    };
}

sub pie
{
    my ($self, $panel) = @_;
    my ($value) = grep { is_value($_) } @{ $panel->{columns} };
    return {
        type => 'piechart', targets => 'table', fieldConfig => { defaults => { unit => $self->unit_of($value->{unit}), color => { mode => 'palette-classic' } }, overrides => [] },
        options => {
            pieType => 'donut', displayLabels => ['percent'], reduceOptions => { calcs => ['lastNotNull'], fields => '', values => $yes },
            legend => { showLegend => $yes, displayMode => 'table', placement => 'right', calcs => [], values => [ 'value', 'percent' ] }, tooltip => { mode => 'single', sort => 'none' } }
    };
}

sub funnel
{
    my ($self, $panel) = @_;
    my ($value) = grep { is_value($_) } @{ $panel->{columns} };
    return {
        type => 'bargauge', targets => 'table',
        fieldConfig => { defaults => { unit => $self->unit_of($value->{unit}), min => 0, color => { mode => 'palette-classic' }, thresholds => thresholds([ $nothing, 'blue' ]) }, overrides => [] },
        options => {
            orientation => 'horizontal', displayMode => 'basic', valueMode => 'color', namePlacement => 'auto', showUnfilled => $yes, sizing => 'auto', minVizWidth => 8, minVizHeight => 16,
            maxVizHeight => 300, legend => { showLegend => $no, displayMode => 'list', placement => 'bottom', calcs => [] },
            reduceOptions => { calcs => ['lastNotNull'], fields => '', values => $yes } }
    };
}

sub text
{
    my ($self, $panel) = @_;
    return { type => 'text', options => { mode => 'markdown', content => $panel->{body} } };
}

my %maker = (tile => \&tile, line => \&timeseries, area => \&timeseries, bars => \&timeseries, band => \&band, columns => \&columns, ranked => \&columns,
    waterfall => \&waterfall, heat => \&table, table => \&table, pie => \&pie, funnel => \&funnel, text => \&text);

sub panel_of
{
    my ($self, $panel) = @_;
    my $made = $maker{ $panel->{kind} }->($self, $panel);
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
        my ($w, $h) = defined $panel->{size} ? split /x/, $panel->{size} : @{ $size{ $panel->{kind} } // [ 12, 9 ] };
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
