# A bundle that Superset imports: a data set for each panel, with the panel's
# query, charts on it, and pages.  Choices reach queries by Jinja, quoted by its
# own filter; Superset itself sets search_path to the schema of the data set.
package Superset;
use strict;
use warnings;
use utf8;
use Digest::SHA qw(sha1);
use Encode qw(encode_utf8);
use IO::Compress::Zip qw($ZipError);
use JSON::PP ();
use Source qw(first_period expand fail size_of write_file);
use Yaml qw(yaml);

my ($yes, $no, $nothing) = (JSON::PP::true, JSON::PP::false, undef);
my %format = (money => 'SMART_NUMBER', ratio => ',.1%', percent => ',.1%', count => 'SMART_NUMBER', number => 'SMART_NUMBER', days => ',.0f', months => ',.1f', seconds => 'DURATION', times => ',.2f');
# in tables numbers stand as they are, and their unit in the heading
my %exact = (%format, money => ',.2f', percent => ',.1f', count => ',d', number => ',.4~f', seconds => ',.0f');
my %said = (percent => ' %', days => ' days', months => ' months', seconds => ' seconds');
# what those formats make a percentage and a duration of
my %scale = (percent => ' / 100', seconds => ' * 1000');
my %type = (date => 'DATE', time => 'TIMESTAMP WITH TIME ZONE', text => 'TEXT', flag => 'BOOLEAN', count => 'BIGINT');
# what is chosen while nothing is
my %unchosen = (
    snapshot => '(SELECT as_of FROM kpi_status)', customer => "''", grain => "'month'", metric => "'collected'");

sub first_of
{
    my ($name) = @_;
    return "{% if filter_values('$name') %}{{ filter_values('$name')[:1]|where_in }}{% else %}" . $unchosen{$name} . '{% endif %}';
}

# the end of a range of Superset is not in it
my $from = q[('{{ from_dttm or "1970-01-01" }}')::date];
my $to = q[(('{{ to_dttm or "2999-12-31" }}')::timestamp - interval '1 microsecond')::date];

sub places
{
    my ($self) = @_;
    my $schema = $self->{schema} =~ s/'/''/gr;
    return {
        from => sub { $from },
        to => sub { $to },
        until => sub { "$_[0] <= $to" },
        range => sub {
            my ($column, $period) = @_;
            return "$column BETWEEN " . first_period($period eq 'grain' ? first_of('grain') : "'$period'", $from) . " AND $to";
        },
        snapshot => sub { '(' . first_of('snapshot') . ')::date' },
        schema => sub { "'$schema'" },
        pick => \&first_of,
        among => sub { "({% if filter_values('$_[0]') %}$_[1] IN {{ filter_values('$_[0]')|where_in }}{% else %}TRUE{% endif %})" }
    };
}

# A name of its own that is the same in every generation.
sub uuid_of
{
    my @hex = unpack('H8 H4 H4 H4 H12', sha1(encode_utf8("saaskpi dashboards $_[0]")));
    substr($hex[2], 0, 1) = '5';
    substr($hex[3], 0, 1) = sprintf('%x', hex(substr($hex[3], 0, 1)) & 3 | 8);
    return join('-', @hex);
}

sub number_of { return unpack('N', sha1(encode_utf8($_[0]))) % 1_000_000 + 1; }

sub is_value { return $_[0]{unit} !~ /^(date|time|text|flag)$/; }

sub metric_of
{
    my ($column, $label) = @_;
    return { expressionType => 'SQL', sqlExpression => "SUM(\"$column->{name}\")" . ($scale{ $column->{unit} // '' } // ''), label => $label // $column->{label}, hasCustomLabel => $yes,
        column => $nothing, aggregate => $nothing, optionName => "metric_$column->{name}" };
}

sub dataset_of
{
    my ($self, $name, $title, $description, $sql, $columns) = @_;
    my ($time) = grep { $_->{name} eq 'time' } @$columns;
    return {
        table_name => $name, schema => $self->{schema}, catalog => $nothing, sql => $sql, description => $description, main_dttm_col => $nothing, default_endpoint => $nothing, offset => 0,
        cache_timeout => $nothing, params => $nothing, template_params => $nothing, filter_select_enabled => $yes, fetch_values_predicate => $nothing, extra => $nothing,
        normalize_columns => $no, always_filter_main_dttm => $no, uuid => uuid_of("dataset $name"), database_uuid => uuid_of('database'), version => '1.0.0',
        metrics => [ { metric_name => 'count', verbose_name => 'rows', metric_type => 'count', expression => 'COUNT(*)', description => $nothing, d3format => $nothing, currency => $nothing,
            extra => {}, warning_text => $nothing } ],
        columns => [ map { {
            column_name => $_->{name}, verbose_name => $_->{label}, is_dttm => $_->{unit} =~ /^(date|time)$/ ? $yes : $no, is_active => $yes, type => $type{ $_->{unit} } // 'DECIMAL',
            advanced_data_type => $nothing, groupby => $yes, filterable => $yes, expression => $nothing, description => $nothing, python_date_format => $nothing, extra => {} } } @$columns ]
    };
}

# form data, and the query that the browser would make of it
sub chart_of
{
    my ($name, $title, $description, $dataset, $viz, $params, $query) = @_;
    my %form = (viz_type => $viz, row_limit => 10000, adhoc_filters => [], extra_form_data => {}, dashboards => [], %$params);
    my %asked = (filters => [], extras => { having => '', where => '' }, applied_time_extras => {}, columns => [], metrics => [], orderby => [], annotation_layers => [], row_limit => 10000,
        series_limit => 0, order_desc => $yes, url_params => {}, custom_params => {}, custom_form_data => {}, %$query);
    my $context = { datasource => { id => number_of("dataset $dataset"), type => 'table' }, force => $no, queries => [ \%asked ], form_data => {%form}, result_format => 'json', result_type => 'full' };
    return {
        slice_name => $title, description => $description, certified_by => $nothing, certification_details => $nothing, viz_type => $viz, params => \%form, cache_timeout => $nothing,
        query_context => JSON::PP->new->canonical->encode($context), uuid => uuid_of("chart $name"), version => '1.0.0', dataset_uuid => uuid_of("dataset $dataset")
    };
}

sub tile
{
    my ($panel) = @_;
    my $good_up = ($panel->{good} // 'up') eq 'up';
    return map {
        my $column = $_;
        my $is_change = $column->{name} eq 'change';
        my @colors = map { { column => $column->{label}, operator => $_->[0], targetValue => 0, colorScheme => $_->[1] } } $good_up ? ([ '<', '#E04355' ], [ '≥', '#5AC189' ]) : ([ '<', '#5AC189' ], [ '≥', '#E04355' ]);
        { name => "$panel->{id} $column->{name}", title => $is_change ? $column->{label} : $panel->{title}, viz => 'big_number_total', high => $is_change ? 17 : 18,
            params => { metric => metric_of($column), y_axis_format => $format{ $column->{unit} }, subheader => $is_change ? '' : $column->{label} . ($column->{unit} =~ /^(days|months)$/ ? ", $1" : ''),
                header_font_size => $is_change ? 0.5 : 0.6, subheader_font_size => 0.2, time_format => 'smart_date', conditional_formatting => $is_change ? \@colors : [] },
            query => { metrics => [ metric_of($column) ] } }
    } @{ $panel->{columns} };
}

# Lines, areas and bars over time or names; what has another unit has an axis
# of its own.
sub series
{
    my ($panel) = @_;
    my ($x) = @{ $panel->{columns} };
    my @groups = grep { $_->{name} eq 'metric' } @{ $panel->{columns} };
    my @values = grep { is_value($_) && $_ != $x } @{ $panel->{columns} };
    my %lines = map { $_ => 1 } split /\s*,\s*/, $panel->{lines} // '';
    my %seen = map { $_->{name} => $_ } @values;
    my @second = $panel->{kind} eq 'columns' ? () : grep { $lines{ $_->{name} } || $_->{unit} ne $values[0]{unit} } @values;
    my %second = map { $_->{name} => 1 } @second;
    my @first = grep { !$second{ $_->{name} } } @values;
    my $over_time = $x->{name} eq 'time';
    my $bars = $panel->{kind} =~ /^(bars|columns|ranked)$/ && !$lines{yes};
    my %common = (
        x_axis => $x->{name}, time_grain_sqla => $nothing, order_desc => $no, truncate_metric => $yes, show_legend => @values + @groups > 1 ? $yes : $no, legendType => 'scroll',
        legendOrientation => 'bottom', x_axis_time_format => $panel->{body} =~ /\{range \S+ day\}/ ? '%d %b' : '%Y-%m', y_axis_format => $format{ $first[0]{unit} }, rich_tooltip => $yes, tooltipTimeFormat => '%Y-%m-%d', color_scheme => 'supersetColors',
        y_axis_bounds => [ $nothing, $nothing ], show_empty_columns => $yes, markerEnabled => $no);
    my $axis = { columnType => 'BASE_AXIS', sqlExpression => $x->{name}, label => $x->{name}, expressionType => 'SQL', isColumnReference => $yes };
    my @metrics = map { metric_of($_) } @values;
    my %query = (columns => [ $axis, map { $_->{name} } @groups ], metrics => \@metrics, series_columns => [ map { $_->{name} } @groups ], order_desc => $no);
    if (@second)
    {
        return { name => $panel->{id}, title => $panel->{title}, viz => 'mixed_timeseries', query => \%query,
            params => { %common, metrics => [ map { metric_of($_) } @first ], groupby => [], metrics_b => [ map { metric_of($_) } @second ], groupby_b => [], adhoc_filters_b => [], row_limit_b => 10000,
                seriesType => $bars ? 'bar' : 'line', seriesTypeB => 'line', stack => $panel->{stack} ? $yes : $no, stackB => $no, opacity => 0.2, opacityB => 0.2, markerSize => 6, markerSizeB => 6,
                yAxisIndex => 0, yAxisIndexB => $second[0]{unit} ne $first[0]{unit} ? 1 : 0, y_axis_format_secondary => $format{ $second[0]{unit} }, y_axis_bounds_secondary => [ $nothing, $nothing ] } };
    }
    my $horizontal = $panel->{kind} eq 'ranked';
    return { name => $panel->{id}, title => $panel->{title}, query => \%query,
        viz => $panel->{kind} eq 'area' ? 'echarts_area' : $bars ? 'echarts_timeseries_bar' : 'echarts_timeseries_line',
        params => { %common, metrics => \@metrics, groupby => [ map { $_->{name} } @groups ], stack => $panel->{stack} ? 'Stack' : $nothing, seriesType => 'line', opacity => 0.3,
            orientation => $horizontal ? 'horizontal' : 'vertical', $over_time || $horizontal ? () : (xAxisLabelInterval => '0', xAxisLabelRotation => $x->{name} =~ /^(label|snapshot)$/ ? 45 : 0), xAxisForceCategorical => $over_time ? $no : $yes,
            $over_time ? () : (x_axis_sort => $horizontal ? $metrics[0]{label} : $x->{name}, x_axis_sort_asc => $yes) } };
}

# Superset draws a band of what is named as its own forecasts are.
sub band
{
    my ($panel) = @_;
    my %column = map { $_->{name} => $_ } @{ $panel->{columns} };
    my @named = ([ $column{actual}, 'value' ], [ $column{forecast} // $column{expected}, 'value__yhat' ], [ $column{lo80}, 'value__yhat_lower' ], [ $column{hi80}, 'value__yhat_upper' ]);
    my @metrics = map { metric_of(@$_) } @named;
    my $made = series({ %$panel, kind => 'line', columns => [ $panel->{columns}[0], map { $_->[0] } @named ] });
    my $unit = $column{actual}{unit};
    $made->{params}{$_} = { metrics => \@metrics, y_axis_format => $format{$unit}, viz_type => 'echarts_timeseries_line' }->{$_} foreach qw(metrics y_axis_format);
    $made->{viz} = 'echarts_timeseries_line';
    delete $made->{params}{$_} foreach grep { /_b$|B$/ } keys %{ $made->{params} };
    $made->{params}{groupby} = [];
    $made->{query}{metrics} = \@metrics;
    return $made;
}

sub table
{
    my ($panel) = @_;
    my @names = map { $_->{name} } @{ $panel->{columns} };
    my $heat = $panel->{kind} eq 'heat';
    my @columns = map { my $unit = $said{ $_->{unit} } // ''; +{ %$_, label => $_->{label} . ($unit eq '' || index(lc $_->{label}, substr($unit, 1, 3)) >= 0 ? '' : ",$unit") } } @{ $panel->{columns} };
    return { name => $panel->{id}, title => $panel->{title}, viz => 'table', columns => \@columns, query => { columns => \@names, row_limit => 1000 },
        params => { query_mode => 'raw', all_columns => \@names, order_by_cols => [], server_pagination => $no, row_limit => 1000, table_timestamp_format => '%Y-%m-%d', show_cell_bars => $no, page_length => $heat ? 0 : 20,
            include_search => $no, allow_rearrange_columns => $no, color_pn => $no,
            column_config => { map { $_->{name} => { d3NumberFormat => $heat && $_->{unit} eq 'ratio' ? ',.0%' : $exact{ $_->{unit} }, d3SmallNumberFormat => $heat && $_->{unit} eq 'ratio' ? ',.0%' : $exact{ $_->{unit} } } } grep { is_value($_) } @{ $panel->{columns} } },
            conditional_formatting => $heat ? [ map { { column => $_->{name}, operator => '≥', targetValue => 0, colorScheme => '#5AC189' } } grep { $_->{unit} eq 'ratio' } @{ $panel->{columns} } ] : [] } };
}

sub share
{
    my ($panel) = @_;
    my ($label, $value) = @{ $panel->{columns} };
    my $metric = metric_of($value);
    my %params = (groupby => [ $label->{name} ], metric => $metric, sort_by_metric => $yes, number_format => $format{ $value->{unit} }, show_legend => $yes, legendType => 'scroll', legendOrientation => 'bottom', color_scheme => 'supersetColors');
    %params = $panel->{kind} eq 'pie'
      ? (%params, donut => $yes, innerRadius => 40, outerRadius => 80, label_type => 'percent', show_labels => $yes, labels_outside => $no, show_labels_threshold => 3)
      : (%params, show_legend => $no, label_type => 3, tooltip_label_type => 5, percent_calculation_type => 'first_step', show_labels => $yes, show_tooltip_labels => $yes);
    return { name => $panel->{id}, title => $panel->{title}, viz => $panel->{kind}, params => \%params, query => { columns => [ $label->{name} ], metrics => [$metric], orderby => [ [ $metric, $no ] ] } };
}

# Its own totals are those of the end; steps stand in the order of their names.
sub waterfall
{
    my ($panel) = @_;
    my $metric = { %{ metric_of({ name => 'amount', label => 'amount' }) } };
    return { name => $panel->{id}, title => $panel->{title}, viz => 'waterfall',
        sql => "WITH steps AS (\n$panel->{body}\n)\nSELECT to_char(place, 'FM00') || ' ' || label AS step, amount FROM steps WHERE NOT is_total OR place = 1 ORDER BY place",
        columns => [ { name => 'step', unit => 'text', label => 'step' }, { name => 'amount', unit => 'money', label => 'amount' } ],
        params => { x_axis => 'step', time_grain_sqla => $nothing, groupby => [], metric => $metric, show_value => $yes, show_total => $yes, show_legend => $no, x_ticks_layout => '45°', y_axis_format => $format{ $panel->{unit} },
            increase_color => { r => 90, g => 193, b => 137, a => 1 }, decrease_color => { r => 224, g => 67, b => 85, a => 1 }, total_color => { r => 102, g => 102, b => 102, a => 1 } },
        query => { columns => [ { columnType => 'BASE_AXIS', sqlExpression => 'step', label => 'step', expressionType => 'SQL', isColumnReference => $yes } ], metrics => [$metric], orderby => [ [ 'step', $yes ] ] } };
}

my %maker = (tile => \&tile, line => \&series, area => \&series, bars => \&series, columns => \&series, ranked => \&series, band => \&band, heat => \&table, table => \&table, pie => \&share,
    funnel => \&share, waterfall => \&waterfall);
# what is shown of a panel: charts, with a query or columns of their own
sub parts_of { return $maker{ $_[0]{kind} }->($_[0]); }


# Rows of at most twelve columns, a heading where a row of the page begins.
sub position_of
{
    my ($page, $charts) = @_;
    my %position = (DASHBOARD_VERSION_KEY => 'v2', HEADER_ID => { type => 'HEADER', id => 'HEADER_ID', meta => { text => $page->{title} } },
        ROOT_ID => { type => 'ROOT', id => 'ROOT_ID', children => ['GRID_ID'] }, GRID_ID => { type => 'GRID', id => 'GRID_ID', children => [], parents => ['ROOT_ID'] });
    my ($row, $used, $heading, $n) = (undef, 12, '', 0);
    my $add = sub {
        my ($kind, $parent, $meta) = @_;
        my $id = "$kind-" . ++$n;
        $position{$id} = { type => $kind, id => $id, children => [], parents => [ @{ $position{$parent}{parents} // [] }, $parent ], meta => $meta };
        push @{ $position{$parent}{children} }, $id;
        return $id;
    };
    foreach my $panel (grep { $_->{kind} ne 'annotation' } @{ $page->{panels} })
    {
        my ($w, $h) = size_of($panel);
        ($w, $h) = (int($w / 2), int($h * 5.6));
        if (($panel->{row} // '') ne $heading)
        {
            $heading = $panel->{row};
            $add->('HEADER', 'GRID_ID', { text => $heading, headerSize => 'MEDIUM_HEADER', background => 'BACKGROUND_TRANSPARENT' });
            $used = 12;
        }
        ($row, $used) = ($add->('ROW', 'GRID_ID', { background => 'BACKGROUND_TRANSPARENT' }), 0) if $used + $w > 12;
        $used += $w;
        if ($panel->{kind} eq 'text')
        {
            $add->('MARKDOWN', $row, { width => $w, height => $h, code => "### $panel->{title}\n\n$panel->{body}" });
            next;
        }
        my @parts = @{ $charts->{ $panel->{id} } };
        my $parent = @parts > 1 ? $add->('COLUMN', $row, { width => $w, background => 'BACKGROUND_TRANSPARENT' }) : $row;
        $add->('CHART', $parent, { width => $w, height => $_->{high} // $h, chartId => number_of("chart $_->{key}"), uuid => uuid_of("chart $_->{key}"), sliceName => $_->{title} }) foreach @parts;
    }
    return \%position;
}

# 'now-24M/M to now': the words of Superset for it, whose ranges end before
# their second moment
sub range_of
{
    my ($text) = @_;
    my %unit = (d => 'day', M => 'month', y => 'year');
    my @moments = map {
        my ($count, $unit, $round) = m{^now(?:([-+]\d+)([dMy]))?(?:/([dMy]))?$} or fail("cannot read the time $_");
        [ $count // 0, $unit // 'd', $round // 'd' ];
    } split / to /, $text;
    fail("not FROM to TO: $text") if @moments != 2;
    my $words = sub { my ($m, $after) = @_; my ($count, $unit, $round) = @$m;
        my $at = $count ? sprintf('DATEADD(DATETIME("now"), %d, %s)', $count, $unit{$unit}) : 'DATETIME("now")';
        $at = qq{DATEADD($at, 1, $unit{$round})} if $after;
        return "DATETRUNC($at, $unit{$round})"; };
    return $words->($moments[0], 0) . ' : ' . $words->($moments[1], 1);
}

sub filters_of
{
    my ($self, $source, $page, $uses) = @_;
    my @all = map { @$_ } values %$uses;
    my $scope = sub {
        my ($name) = @_;
        my %used = map { $_ => 1 } @{ $uses->{$name} // [] };
        my %every = map { $_ => 1 } @all;
        return { rootPath => ['ROOT_ID'], excluded => [ sort { $a <=> $b } grep { !$used{$_} } keys %every ] };
    };
    my $range = range_of($page->{range});
    my @filters = ({ id => 'NATIVE_FILTER-time', name => 'Range', filterType => 'filter_time', targets => [ {} ], defaultDataMask => { extraFormData => { time_range => $range }, filterState => { value => $range } }, cascadeParentIds => [],
        scope => { rootPath => ['ROOT_ID'], excluded => [] }, type => 'NATIVE_FILTER', controlValues => {}, description => 'The sales period; complete months' });
    foreach my $name (@{ $page->{variables} })
    {
        my $variable = $source->{variables}{$name};
        push @filters, { id => "NATIVE_FILTER-$name", name => $variable->{title}, filterType => 'filter_select', targets => [ { datasetUuid => uuid_of("dataset choices.$name"), column => { name => $name } } ],
            defaultDataMask => { extraFormData => {}, filterState => {} }, cascadeParentIds => [], scope => $scope->($name), type => 'NATIVE_FILTER', description => '',
            controlValues => { enableEmptyFilter => $no, multiSelect => $variable->{kind} eq 'many' ? $yes : $no, searchAllOptions => $no, inverseSelection => $no, sortAscending => $name eq 'snapshot' ? $no : $yes } };
    }
    return \@filters;
}

# The values of a variable, as rows.
sub choices_of
{
    my ($variable) = @_;
    my $name = $variable->{id};
    return 'SELECT v.value AS ' . $name . ' FROM (VALUES ' . join(', ', map { "('$_')" } split /\s*,\s*/, $variable->{values}) . ') AS v(value)' if $variable->{kind} eq 'fixed';
    return 'SELECT customer_id AS customer FROM kpi_customers ORDER BY customer_id' if $variable->{kind} eq 'free';
    return "SELECT q.$name FROM (\n$variable->{body}\n) AS q($name)";
}

sub generate
{
    my ($source, $options, $folder) = @_;
    my $self = bless {%$options}, __PACKAGE__;
    my (%files, %wanted_choices);
    my $places = $self->places;
    $files{'metadata.yaml'} = { version => '1.0.0', type => 'Dashboard', timestamp => '2026-01-01T00:00:00+00:00' };
    $files{'databases/saaskpi.yaml'} = { database_name => 'saaskpi', sqlalchemy_uri => $options->{'superset-uri'}, cache_timeout => $nothing, expose_in_sqllab => $yes, allow_run_async => $no, allow_ctas => $no,
        allow_cvas => $no, allow_dml => $no, allow_csv_upload => $no, allow_file_upload => $no, extra => { metadata_params => {}, engine_params => {}, metadata_cache_timeout => {}, schemas_allowed_for_file_upload => [] },
        uuid => uuid_of('database'), version => '1.0.0' };
    foreach my $page (@{ $source->{pages} })
    {
        my (%charts, %uses);
        foreach my $panel (grep { $_->{kind} !~ /^(text|annotation)$/ } @{ $page->{panels} })
        {
            my @parts = parts_of($panel);
            my $name = "$page->{page}.$panel->{id}";
            $files{"datasets/saaskpi/$name.yaml"} = $self->dataset_of($name, $panel->{title}, $panel->{description}, expand($parts[0]{sql} // $panel->{body}, $places), $parts[0]{columns} // $panel->{columns});
            foreach my $part (@parts)
            {
                $part->{key} = "$page->{page} $part->{name}";
                $files{ "charts/$page->{page}." . ($part->{name} =~ tr/ /-/r) . '.yaml' } =
                  chart_of($part->{key}, $part->{title}, $panel->{description}, $name, $part->{viz}, $part->{params}, $part->{query});
                push @{ $uses{$_} }, number_of("chart $part->{key}") foreach '', Source::variables_in($panel->{body});
            }
            $charts{ $panel->{id} } = \@parts;
        }
        $wanted_choices{$_} = 1 foreach @{ $page->{variables} };
        $files{"dashboards/$page->{page}.yaml"} = { dashboard_title => $page->{title}, description => $page->{about}, css => '', slug => "saaskpi-$page->{page}", certified_by => '', certification_details => '',
            published => $yes, uuid => uuid_of("dashboard $page->{page}"), version => '1.0.0', position => position_of($page, \%charts),
            metadata => { timed_refresh_immune_slices => [], expanded_slices => {}, refresh_frequency => 0, color_scheme => 'supersetColors', label_colors => {}, default_filters => '{}', cross_filters_enabled => $no,
                native_filter_configuration => $self->filters_of($source, $page, \%uses), chart_configuration => {}, global_chart_configuration => { scope => { rootPath => ['ROOT_ID'], excluded => [] }, chartsInScope => [] } } };
    }
    foreach my $name (sort keys %wanted_choices)
    {
        my $variable = $source->{variables}{$name};
        $files{"datasets/saaskpi/choices.$name.yaml"} = $self->dataset_of("choices.$name", $variable->{title}, "What can be chosen as $name.", choices_of($variable), [ { name => $name, unit => 'text', label => $variable->{title} } ]);
    }
    my $zip;
    write_file("$folder/.keep", '');
    unlink "$folder/.keep";
    foreach my $file (sort keys %files)
    {
        my $text = encode_utf8(yaml($files{$file}));
        my %entry = (Name => "saaskpi/$file", Time => 1_767_225_600, ExtAttr => 0100644 << 16);
        if ($zip) { $zip->newStream(%entry) or fail("$folder/saaskpi.zip: $ZipError"); }
        else { $zip = IO::Compress::Zip->new("$folder/saaskpi.zip", %entry) or fail("$folder/saaskpi.zip: $ZipError"); }
        $zip->print($text);
    }
    $zip->close;
}

1;
