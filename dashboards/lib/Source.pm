# The one source of all dashboards: pages/*.page, variables, wanted; and the
# words about columns, which are those of the printed reference and dictionary.
package Source;
use strict;
use warnings;
use utf8;
use Exporter qw(import);
our @EXPORT_OK = qw(read_blocks read_source expand fail first_period size_of slurp write_file);

my %kinds = map { $_ => 1 } qw(tile line area bars columns ranked band waterfall heat table pie funnel text annotation);
my %units = map { $_ => 1 } qw(date time text flag money ratio percent count number days months seconds times);

sub fail { die join('', @_), "\n"; }

sub slurp
{
    my ($file) = @_;
    open(my $in, '<:encoding(UTF-8)', $file) or fail("$file: $!");
    local $/;
    return scalar <$in>;
}

sub write_file
{
    my ($file, $text) = @_;
    my $path = '';
    foreach my $part (split m{/}, $file =~ s{/[^/]*$}{}r)
    {
        $path .= "$part/";
        mkdir $path if !-d $path;
    }
    open(my $out, '>:encoding(UTF-8)', $file) or fail("$file: $!");
    print $out $text;
    close $out or fail("$file: $!");
}

# "name" => { column => [unit, meaning] } of doc/reference.md
sub read_reference
{
    my ($file) = @_;
    my ($relation, %columns);
    foreach my $line (split /\n/, slurp($file))
    {
        if ($line =~ /^#+ (.*)/) { $relation = $1; }
        elsif ($line =~ /^\| `(\w+)` \| ([^|]*) \| (.*) \|$/)
        {
            my ($column, $unit, $meaning) = ($1, $2, $3);
            $columns{$relation}{$column} = [ $unit, plain($meaning) ];
        }
    }
    return \%columns;
}

sub plain
{
    my ($text) = @_;
    $text =~ s/\\([*|_<])/$1/g;
    return $text =~ s/&lt;/</gr;
}

# KPIs of doc/kpi-dictionary.md, by name and by relation.column
sub read_dictionary
{
    my ($file) = @_;
    my (%kpis, $relation);
    my @lines = split /\n/, slurp($file);
    foreach my $i (0 .. $#lines)
    {
        $relation = $1 if $lines[$i] =~ /^## (\w+)/;
        next if $lines[$i] !~ /^- \*\*(.+?)\*\* (.*)/;
        my %kpi = (name => $1, question => $2, relation => $relation);
        ($kpi{formula}, $kpi{column}) = $lines[ $i + 1 ] =~ /^  `(.*)` · `(\w+)` · / or fail("$file: $kpi{name} has no formula");
        $kpi{definition} = plain($lines[ $i + 2 ] =~ s/^ +//r);
        $kpis{ $kpi{name} } = \%kpi;
        $kpis{"$relation.$kpi{column}"} //= \%kpi;
    }
    fail("$file: no KPI found") if !%kpis;
    return \%kpis;
}

# What a panel says about itself: nobody types a definition twice.
sub describe
{
    my ($source, $panel) = @_;
    my @said;
    foreach my $about (split /\s*;\s*/, $panel->{about} // '')
    {
        if (my $kpi = $source->{kpis}{$about})
        {
            push @said, "**$kpi->{name}** ($kpi->{relation}.$kpi->{column}): $kpi->{formula}. $kpi->{definition}";
        }
        else
        {
            my ($relation, $column) = split /\./, $about;
            my $known = $source->{columns}{$relation}{ $column // '' } or fail("$panel->{where}: nothing is known about $about");
            push @said, "**$about**: $known->[1]";
        }
    }
    push @said, $panel->{note} if defined $panel->{note};
    return join("\n\n", @said);
}

my %upper = map { $_ => 1 } qw(MRR ARR NRR GRR ARPA AOV CAC LTV DAU KPI ID MAE RMSE MAPE SMAPE MASE);

sub label_of
{
    my ($name) = @_;
    my @words = map { $upper{ uc $_ } ? uc $_ : $_ } split /_/, $name;
    return ucfirst join(' ', @words);
}

sub read_columns
{
    my ($where, $text) = @_;
    my @columns;
    foreach my $one (split /\s*,\s*(?=(?:[^"]*"[^"]*")*[^"]*$)/, $text)
    {
        my ($name, $unit, $label) = $one =~ /^(\w+) (\w+)(?: "(.*)")?$/ or fail("$where: cannot read the column $one");
        fail("$where: unknown unit $unit") if !$units{$unit};
        push @columns, { name => $name, unit => $unit, label => $label // label_of($name) };
    }
    return \@columns;
}

# A file of blocks: [id], lines "key: value", then SQL or text to the next block.
sub read_blocks
{
    my ($file) = @_;
    my (%head, @blocks, $row);
    my $block = \%head;
    my ($n, $short) = (0, $file =~ s{.*/}{}r);
    foreach my $line (split /\n/, slurp($file))
    {
        $n++;
        next if $line =~ /^#( |$)/ && !defined $block->{body};
        if ($line =~ /^\[([\w\/-]+)\]$/)
        {
            $block = { id => $1, where => "$short line $n", row => $row };
            fail("$block->{where}: $1 stands twice") if grep { $_->{id} eq $1 } @blocks;
            push @blocks, $block;
        }
        elsif ($line =~ /^== (.*)/) { $row = $1; }
        elsif (!defined $block->{body} && $line =~ /^([a-z]+): *(.*)/) { $block->{$1} = $2; }
        elsif (defined $block->{body} || $line =~ /\S/)
        {
            fail("$short line $n: this belongs to no panel") if $block == \%head;
            $block->{body} .= "$line\n";
        }
    }
    s/\s+\z// foreach grep { defined } map { $_->{body} } @blocks;
    return (\%head, @blocks);
}

sub read_page
{
    my ($source, $file) = @_;
    my ($page, @blocks) = read_blocks($file);
    my ($short) = $file =~ m{([^/]+)$};
    foreach my $key (qw(page title about range)) { fail("$short has no $key") if !defined $page->{$key}; }
    $page->{variables} = [ split ' ', $page->{variables} // '' ];
    foreach my $panel (@blocks)
    {
        my $where = $panel->{where};
        foreach my $key (qw(title kind body)) { fail("$where: $panel->{id} has no $key") if !defined $panel->{$key}; }
        fail("$where: unknown kind $panel->{kind}") if !$kinds{ $panel->{kind} };
        fail("$where: nothing says what $panel->{id} means") if $panel->{kind} ne 'text' && !grep { defined $panel->{$_} } qw(about note);
        $panel->{answers} = [ split /\s*,\s*/, $panel->{answers} // '' ];
        foreach my $row (@{ $panel->{answers} })
        {
            fail("$where: $row is not in the list of what is wanted") if !$source->{wanted}{$row};
            push @{ $source->{answered}{$row} }, { page => $page, panel => $panel };
        }
        next if $panel->{kind} eq 'text';
        $panel->{columns} = read_columns($where, $panel->{columns} // fail("$where: $panel->{id} has no columns"));
        $panel->{description} = describe($source, $panel);
        foreach my $variable (variables_in($panel->{body}))
        {
            fail("$where: $variable is no variable of the page") if !grep { $_ eq $variable } 'schema', @{ $page->{variables} };
        }
    }
    $page->{panels} = \@blocks;
    return $page;
}

sub variables_in
{
    my ($sql) = @_;
    my %names = map { $_ => 1 } ($sql =~ /\{(snapshot|schema)\}/g), ($sql =~ /\{(?:pick|among) (\w+)/g);
    $names{grain} = 1 if $sql =~ /\{range \w+ grain\}/;
    return sort keys %names;
}

# Width and height on a grid of 24 columns.
my %size = (tile => [ 6, 4 ], table => [ 24, 9 ], heat => [ 24, 12 ], text => [ 24, 6 ]);

sub size_of
{
    my ($panel) = @_;
    return map { 0 + $_ } defined $panel->{size} ? split /x/, $panel->{size} : @{ $size{ $panel->{kind} } // [ 12, 9 ] };
}

# expand SQL, WRITER: each place of a query in the words of a tool:
#   {range COLUMN UNIT}   COLUMN within the range, whose first period of UNIT is whole
#   {until COLUMN}        COLUMN up to the end of the range
#   {from} {to}           the ends of the range, dates, both included
#   {snapshot}            the snapshot chosen, a date
#   {schema}              the schema, a text
#   {pick NAME}           the one value chosen, a text
#   {among NAME COLUMN}   COLUMN is one of the values chosen
sub expand
{
    my ($sql, $writer) = @_;
    fail("a place that cannot be read: $sql") if $sql =~ s/\{\w+(?: [\w.]+)*\}//gr =~ /[{}]/;
    $sql =~ s/\{(\w+)((?:[ ][\w.]+)*)\}/
        my ($place, @words) = ($1, split(' ', $2));
        my $write = $writer->{$place} or fail("unknown place {$place}");
        $write->(@words)/xge;
    return $sql;
}

# The first day on which a period of the range can begin: a week that holds the
# first day of it at most six days before, on whichever day weeks begin.
sub first_period
{
    my ($grain, $from) = @_;
    return "date_trunc($grain, $from)::date" if $grain =~ /^'(?:month|quarter|year)'$/;
    return "CASE WHEN $grain = 'week' THEN $from - 6 ELSE date_trunc($grain, $from)::date END";
}

sub read_source
{
    my ($root) = @_;
    my $source = {
        columns => read_reference("$root/doc/reference.md"),
        kpis => read_dictionary("$root/doc/kpi-dictionary.md"),
    };
    my $part;
    foreach my $line (split /\n/, slurp("$root/dashboards/wanted"))
    {
        if ($line =~ /^== (.*)/) { $part = $1; }
        elsif ($line =~ /^([\w.-]+) +(.+)/)
        {
            push @{ $source->{wanted_order} }, $1;
            $source->{wanted}{$1} = { text => $2, part => $part };
        }
    }
    (undef, my @variables) = read_blocks("$root/dashboards/variables");
    $source->{variables} = { map { $_->{id} => $_ } @variables };
    (undef, my @alerts) = read_blocks("$root/dashboards/alerts");
    $source->{alerts} = \@alerts;
    $source->{pages} = [ map { read_page($source, $_) } sort glob("$root/dashboards/pages/*.page") ];
    foreach my $page (@{ $source->{pages} })
    {
        foreach my $name (@{ $page->{variables} }) { fail("$page->{page}: unknown variable $name") if !$source->{variables}{$name}; }
    }
    return $source;
}

1;
