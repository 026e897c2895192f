# Each kind of panel as Grafana's own panels show it: options, units, colors.
# Called on a Grafana, which knows the currency.
package GrafanaPanels;
use strict;
use warnings;
use utf8;
use JSON::PP ();

my ($yes, $no, $nothing) = (JSON::PP::true, JSON::PP::false, undef);
my %unit = (ratio => 'percentunit', percent => 'percent', count => 'short', number => 'short', days => 'd', months => 'suffix: months',
    seconds => 's', times => 'suffix: ×', text => 'string', flag => 'bool', date => 'time:YYYY-MM-DD', time => 'dateTimeAsIso');
my %known_currency = map { $_ => 1 } qw(USD GBP EUR JPY RUB UAH BRL DKK ISK NOK SEK CZK CHF PLN BTC ZAR INR KRW IDR PHP VND TRY MYR XPF BGN HUF);
my %color = (
    new => 'green', expansion => 'dark-green', reactivation => 'light-green', reactivated => 'light-green', contraction => 'orange', churn => 'red', churned => 'red',
    won => 'green', lost => 'red', created => 'blue', returns => 'red', errors => 'red', up => 'green', up_below => 'green', down => 'red', down_below => 'red', total => 'blue', base => 'transparent');

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

sub make
{
    my ($self, $panel) = @_;
    return $maker{ $panel->{kind} }->($self, $panel);
}

1;
