# Questions and dashboards of Metabase: YAML in the format it has published,
# which its paid editions import, and the same as JSON for metabase/import.pl,
# which asks the API of any edition.  Choices are variables of the queries, which
# Metabase sends beside them, and relations are named with their schema.
package Metabase;
use strict;
use warnings;
use utf8;
use Digest::SHA qw(sha1 sha1_base64);
use Encode qw(encode_utf8);
use JSON::PP ();
use Source qw(first_period expand fail size_of write_file);
use Yaml qw(yaml);

my ($yes, $no, $nothing) = (JSON::PP::true, JSON::PP::false, undef);
my $creator = 'internal@metabase.com';
my %display = (line => 'line', area => 'area', bars => 'bar', columns => 'bar', ranked => 'row', band => 'line', heat => 'table', table => 'table', pie => 'pie', funnel => 'funnel', waterfall => 'waterfall');
my %of_all = (from => '1970-01-01', to => '2999-12-31', snapshot => 'latest', customer => 'most to lose', grain => 'month', metric => 'collected', segment => 'All', plan => 'All', country => 'All', stage => 'All');

my %places = (
    from => sub { '{{from}}::date' },
    to => sub { '{{to}}::date' },
    until => sub { "$_[0] <= {{to}}::date" },
    range => sub {
        my ($column, $period) = @_;
        return "$column BETWEEN " . first_period($period eq 'grain' ? '{{grain}}' : "'$period'", '{{from}}::date') . ' AND {{to}}::date';
    },
    snapshot => sub { "coalesce(nullif({{snapshot}}, 'latest')::date, (SELECT as_of FROM kpi_status))" },
    pick => sub { $_[0] eq 'customer' ? "nullif({{customer}}, 'most to lose')" : "{{$_[0]}}" },
    among => sub { "({{$_[0]}} = 'All' OR $_[1] = {{$_[0]}})" });

sub quoted { return '"' . $_[0] =~ s/"/""/gr . '"'; }

# Relations with their schema: of those the reference names, where they are read.
sub query_of
{
    my ($self, $source, $sql) = @_;
    my $schema = $self->{schema} =~ s/'/''/gr;
    $sql = expand($sql, { %places, schema => sub { "'$schema'" } });
    my $from = quoted($self->{schema});
    $sql =~ s/\b(FROM|JOIN) (\w+)\b(?!\.)/$source->{columns}{$2} ? "$1 $from.$2" : "$1 $2"/ge;
    return $sql;
}

sub id_of { return substr(sha1_base64(encode_utf8("saaskpi metabase $_[0]")) =~ tr{+/}{-_}r, 0, 21); }

sub uuid_of
{
    my @hex = unpack('H8 H4 H4 H4 H12', sha1(encode_utf8("saaskpi metabase $_[0]")));
    substr($hex[2], 0, 1) = '5';
    substr($hex[3], 0, 1) = sprintf('%x', hex(substr($hex[3], 0, 1)) & 3 | 8);
    return join('-', @hex);
}

sub slug_of { return lc($_[0]) =~ s/[^a-z0-9]+/_/gr =~ s/^_|_$//gr; }

sub is_value { return $_[0]{unit} !~ /^(date|time|text|flag)$/; }

sub tags_of
{
    my ($source, $sql) = @_;
    my %seen;
    return [ map { {
        name => $_, id => uuid_of("tag $_"), type => /^(from|to)$/ ? 'date' : 'text', 'display-name' => $source->{variables}{$_} ? $source->{variables}{$_}{title} : $_ eq 'from' ? 'From' : 'To',
        required => $yes, default => $of_all{$_} } } grep { !$seen{$_}++ } $sql =~ /\{\{(\w+)\}\}/g ];
}

sub columns_of
{
    my ($self, $panel) = @_;
    my %settings;
    foreach my $column (@{ $panel->{columns} })
    {
        my %s = (column_title => $column->{label});
        %s = (%s, number_style => 'percent', decimals => 1) if $column->{unit} eq 'ratio';
        %s = (%s, number_style => 'currency', currency => $self->{currency}, currency_style => 'symbol', decimals => 0) if $column->{unit} eq 'money';
        %s = (%s, suffix => ' %', decimals => 1) if $column->{unit} eq 'percent';
        %s = (%s, suffix => ' months', decimals => 1) if $column->{unit} eq 'months';
        %s = (%s, suffix => ' s', decimals => 0) if $column->{unit} eq 'seconds';
        %s = (%s, decimals => 2) if $column->{unit} eq 'times';
        %s = (%s, date_style => 'YYYY-MM-DD') if $column->{unit} =~ /^(date|time)$/;
        $s{click_behavior} = { type => 'link', linkType => 'dashboard', targetId => id_of('dashboard crm-customer-360'), parameterMapping => { uuid_of('parameter customer') => {
            id => uuid_of('parameter customer'), source => { id => 'customer_id', name => $column->{label}, type => 'column' }, target => { id => uuid_of('parameter customer'), type => 'parameter' } } } }
          if $column->{name} eq 'customer_id' && $panel->{kind} eq 'table';
        $settings{"[\"name\",\"$column->{name}\"]"} = \%s;
    }
    return \%settings;
}

# what is shown, how, and from which query: one card, or two of a tile
sub cards_of
{
    my ($self, $page, $panel) = @_;
    my $kind = $panel->{kind};
    my @columns = @{ $panel->{columns} };
    my @values = grep { is_value($_) } @columns;
    my %settings = (column_settings => $self->columns_of($panel));
    my $body = $panel->{body};
    my $display = $display{$kind};
    if ($kind eq 'tile')
    {
        return map { { key => "$panel->{id} $_->{name}", name => $_->{name} eq 'value' ? $panel->{title} : "$panel->{title}: $_->{label}", display => 'scalar', high => 2, body => $body,
            settings => { %settings, 'scalar.field' => $_->{name} } } } @columns;
    }
    if ($kind =~ /^(line|area|bars|band|columns|ranked)$/)
    {
        my ($x, @rest) = @columns;
        my %lines = map { $_ => 1 } split /\s*,\s*/, $panel->{lines} // '';
        $display = 'line' if $lines{yes};
        $display = 'combo' if %lines && !$lines{yes};
        $settings{'graph.dimensions'} = [ $x->{name}, map { $_->{name} } grep { $_->{name} eq 'metric' } @rest ];
        my @shown = grep { $_ != $x } @values;
        @shown = grep { $_->{name} !~ /^(lo|hi)95$/ } @shown if $kind eq 'band';
        $settings{'graph.metrics'} = [ map { $_->{name} } @shown ];
        $settings{'graph.x_axis.scale'} = $x->{name} eq 'time' ? 'timeseries' : 'ordinal';
        $settings{'stackable.stack_type'} = 'stacked' if $panel->{stack};
        foreach my $column (@shown)
        {
            my %of_series;
            $of_series{display} = $lines{ $column->{name} } ? 'line' : 'bar' if $display eq 'combo';
            $of_series{axis} = 'right' if $column->{unit} ne $shown[0]{unit};
            %of_series = (%of_series, 'line.style' => 'dashed') if $column->{name} =~ /^(forecast|expected)$/;
            %of_series = (%of_series, 'line.style' => 'dotted', 'line.size' => 'S', color => '#A7C4E8') if $column->{name} =~ /^(lo|hi)80$/;
            $settings{series_settings}{ $column->{name} } = { %of_series, title => $column->{label} };
        }
    }
    if ($kind =~ /^(table|heat)$/)
    {
        $settings{'table.columns'} = [ map { { name => $_->{name}, enabled => $yes } } @columns ];
        $settings{'table.column_formatting'} = [ { columns => [ map { $_->{name} } grep { $_->{unit} eq 'ratio' } @columns ], type => 'range', colors => [ '#ED6E6E', '#F9CF48', '#84BB4C' ],
            min_type => 'custom', min_value => 0, max_type => 'custom', max_value => 1 } ] if $kind eq 'heat';
    }
    %settings = (%settings, 'pie.dimension' => $columns[0]{name}, 'pie.metric' => $values[0]{name}, 'pie.show_legend' => $yes, 'pie.percent_visibility' => 'legend') if $kind eq 'pie';
    %settings = (%settings, 'funnel.dimension' => $columns[0]{name}, 'funnel.metric' => $values[0]{name}, 'funnel.type' => 'funnel') if $kind eq 'funnel';
    if ($kind eq 'waterfall')
    {
        # its total is that of the end
        $body = "WITH steps AS (\n$body\n)\nSELECT label, amount FROM steps WHERE NOT is_total OR place = 1 ORDER BY place";
        %settings = (column_settings => $self->columns_of({ %$panel, columns => [ grep { $_->{name} eq 'amount' } @columns ] }), 'graph.dimensions' => ['label'], 'graph.metrics' => ['amount'],
            'graph.x_axis.scale' => 'ordinal', 'waterfall.show_total' => $yes);
    }
    return { key => $panel->{id}, name => $panel->{title}, display => $display, body => $body, settings => \%settings };
}

sub meta_of { return [ map { { id => $_->[1], model => $_->[0], $_->[2] ? (label => slug_of($_->[2])) : () } } @_ ]; }

sub parameters_of
{
    my ($self, $source, $page) = @_;
    return [
        (map { { id => uuid_of("parameter $_"), name => ucfirst $_, slug => $_, type => 'date/single', sectionId => 'date', default => $of_all{$_} } } qw(from to)),
        map {
            my $variable = $source->{variables}{$_};
            my @fixed = $variable->{kind} eq 'fixed' ? (values_query_type => 'list', values_source_type => 'static-list', values_source_config => { values => [ map { [$_] } split /\s*,\s*/, $variable->{values} ] }) : ();
            { id => uuid_of("parameter $_"), name => $variable->{title}, slug => $_, type => 'string/=', sectionId => 'string', default => [ $of_all{$_} ], @fixed }
        } @{ $page->{variables} } ];
}

sub generate
{
    my ($source, $options, $folder) = @_;
    my $self = bless {%$options}, __PACKAGE__;
    my %root = (id => id_of('collection'), name => 'saaskpi');
    my %files = ('saaskpi.yaml' => { name => $root{name}, entity_id => $root{id}, description => 'Dashboards of saaskpi.', slug => 'saaskpi', namespace => $nothing, 'serdes/meta' => meta_of([ 'Collection', $root{id}, 'saaskpi' ]) });
    my @pages;
    foreach my $page (@{ $source->{pages} })
    {
        my $slug = slug_of($page->{page});
        my ($collection, $board) = (id_of("collection $page->{page}"), id_of("dashboard $page->{page}"));
        $files{"saaskpi/$slug.yaml"} = { name => $page->{title}, entity_id => $collection, parent_id => $root{id}, description => $page->{about}, slug => $slug, namespace => $nothing, 'serdes/meta' => meta_of([ 'Collection', $collection, $page->{title} ]) };
        my (@cards, @placed, $row);
        my ($x, $y, $high) = (0, 0, 0);
        my $place = sub {
            my ($key, $card, $w, $h, $dx, $dy, $settings, $tags) = @_;
            my $id = id_of("dashcard $page->{page} $key");
            push @placed, { entity_id => $id, card_id => $card, row => $y + $dy, col => $x + $dx, size_x => $w, size_y => $h, visualization_settings => $settings, series => [],
                parameter_mappings => [ map { { $card ? (card_id => $card) : (), parameter_id => uuid_of("parameter $_"), target => [ 'variable', [ 'template-tag', $_ ] ] } } @$tags ],
                'serdes/meta' => meta_of([ 'Dashboard', $board, $page->{title} ], [ 'DashboardCard', $id ]) };
        };
        foreach my $panel (grep { $_->{kind} ne 'annotation' } @{ $page->{panels} })
        {
            my ($w, $h) = size_of($panel);
            ($w, $h) = (0 + $w, 0 + $h);
            if (($panel->{row} // '') ne ($row // ''))
            {
                $row = $panel->{row};
                ($x, $y, $high) = (0, $y + $high, 0);
                $place->("row $row", $nothing, 24, 1, 0, 0, { virtual_card => { display => 'heading' }, text => $row }, []);
                $y++;
            }
            ($x, $y, $high) = (0, $y + $high, 0) if $x + $w > 24;
            if ($panel->{kind} eq 'text') { $place->($panel->{id}, $nothing, $w, $h, 0, 0, { virtual_card => { display => 'text' }, text => "### $panel->{title}\n\n$panel->{body}" }, []); }
            my $below = 0;
            foreach my $card ($panel->{kind} eq 'text' ? () : $self->cards_of($page, $panel))
            {
                my $id = id_of("card $page->{page} $card->{key}");
                my $sql = $self->query_of($source, $card->{body});
                my $tags = tags_of($source, $sql);
                my %known = map { $_->{slug} => 1 } @{ $self->parameters_of($source, $page) };
                foreach my $tag (@$tags) { fail("$panel->{where}: $tag->{name} is no parameter of the page") if !$known{ $tag->{name} }; }
                push @cards, { name => $card->{name}, entity_id => $id, description => $panel->{description}, display => $card->{display}, type => 'question', creator_id => $creator, collection_id => $collection,
                    database_id => $self->{'metabase-database'}, visualization_settings => $card->{settings}, 'serdes/meta' => meta_of([ 'Card', $id, $card->{name} ]),
                    dataset_query => { 'lib/type' => 'mbql/query', database => $self->{'metabase-database'}, stages => [ { 'lib/type' => 'mbql.stage/native', native => $sql, 'template-tags' => $tags } ] } };
                $files{"saaskpi/$slug/" . slug_of($card->{key}) . '.yaml'} = $cards[-1];
                $place->($card->{key}, $id, $w, $card->{high} // $h, 0, $below, {}, [ map { $_->{name} } @$tags ]);
                $below += $card->{high} // $h;
            }
            $x += $w;
            $high = $h if $h > $high;
        }
        my %seen;
        foreach my $card (@cards) { fail("$page->{page}: two panels are called $card->{name}") if $seen{ $card->{name} }++; }
        my $dashboard = { name => $page->{title}, entity_id => $board, description => $page->{about}, creator_id => $creator, collection_id => $collection, width => 'full', auto_apply_filters => $yes,
            parameters => $self->parameters_of($source, $page), tabs => [], dashcards => \@placed, 'serdes/meta' => meta_of([ 'Dashboard', $board, $page->{title} ]) };
        $files{"saaskpi/$slug/dashboard.yaml"} = $dashboard;
        push @pages, { collection => $page->{title}, cards => \@cards, dashboard => $dashboard };
    }
    write_file("$folder/collections/main/$_", yaml($files{$_})) foreach sort keys %files;
    write_file("$folder/saaskpi.json", JSON::PP->new->canonical->pretty->encode({ collection => $root{name}, database => $self->{'metabase-database'}, pages => \@pages }));
}

1;
