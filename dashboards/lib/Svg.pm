# Charts of the report, as SVG in the page.
#
# No library: the ones there are draw by script when the page is opened, and
# this file is mailed and printed.  Without a script, programs that block them
# show it whole, what customers are called can never run, colours follow light,
# dark and paper by style sheet alone, and no node is needed to write it.
package Svg;
use strict;
use warnings;
use utf8;
use Exporter qw(import);
use POSIX qw(floor ceil);
our @EXPORT_OK = qw(svg_of escape);

my ($wide, $high, $left, $right, $top, $bottom) = (640, 290, 76, 12, 14, 40);

sub escape
{
    my ($text) = @_;
    # what XML and HTML cannot hold is shown as a replacement
    $text =~ s/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/\x{fffd}/g;
    my %entity = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;', "'" => '&#39;');
    return $text =~ s/([&<>"'])/$entity{$1}/gr;
}

sub number { return 0 + sprintf('%.1f', $_[0]); }

# Round values from below the lowest to above the highest, zero among them
# where bars stand on it.
sub ticks
{
    my ($low, $high, $from_zero) = @_;
    ($low, $high) = ($low > 0 ? 0 : $low, $high < 0 ? 0 : $high) if $from_zero;
    ($low, $high) = ($low - (abs($low) || 1) / 10, $high + (abs($high) || 1) / 10) if $high <= $low;
    my $step = 10**floor(log(($high - $low) / 4) / log(10));
    foreach my $factor (1, 2, 5, 10) { if (($high - $low) / ($step * $factor) <= 5) { $step *= $factor; last; } }
    return map { $_ * $step } floor($low / $step + 1e-9) .. ceil($high / $step - 1e-9);
}

# What a chart shows: { columns => [...], rows => [...] }, texts as the
# database wrote them; a column with a unit text and the name metric makes a
# series of each of its values.
sub series_of
{
    my ($panel, $rows) = @_;
    my @columns = @{ $panel->{columns} };
    my (@places, %at, %series, @names);
    my ($pivot) = grep { $columns[$_]{name} eq 'metric' } 1 .. $#columns;
    foreach my $row (@$rows)
    {
        my $place = $row->[0] // '';
        if (!defined $at{$place}) { $at{$place} = @places; push @places, $place; }
        foreach my $n (grep { $columns[$_]{unit} ne 'text' } 1 .. $#columns)
        {
            my ($name, $label) = defined $pivot ? (($row->[$pivot] // '') x 2) : ($columns[$n]{name}, $columns[$n]{label});
            push @names, $name if !$series{$name};
            $series{$name} //= { name => $name, label => $label, unit => $columns[$n]{unit}, values => [] };
            $series{$name}{values}[ $at{$place} ] = $row->[$n];
        }
    }
    return (\@places, map { $series{$_} } @names);
}

sub text { my ($x, $y, $class, $said) = @_; return sprintf('<text x="%s" y="%s"%s>%s</text>', number($x), number($y), $class ? " class=\"$class\"" : '', escape($said)); }

sub path_of
{
    my ($points) = @_;
    my ($path, $up) = ('', 1);
    foreach my $point (@$points)
    {
        if (!$point) { $up = 1; next; }
        $path .= ($up ? 'M' : 'L') . number($point->[0]) . ' ' . number($point->[1]);
        $up = 0;
    }
    return $path;
}

sub frame
{
    my ($chart, $body, $height) = @_;
    return "<svg viewBox=\"0 0 $wide " . ($height // $high) . '" role="img" aria-label="' . escape($chart->{label}) . "\">$body</svg>";
}

# Lines, bars, areas and bands over time or ages.
sub over_time
{
    my ($chart) = @_;
    my ($panel, $show) = @{$chart}{qw(panel show)};
    my ($places, @series) = series_of($panel, $chart->{rows});
    my ($kind, $stack) = ($panel->{kind}, ($panel->{stack} // '') eq 'yes');
    my %line = map { $_ => 1 } $kind =~ /^(line|band)$/ || ($panel->{lines} // '') eq 'yes' ? map { $_->{name} } @series : split /\s*,\s*/, $panel->{lines} // '';
    my %edge = map { $_ => 1 } $kind eq 'band' ? qw(lo80 hi80 lo95 hi95) : ();
    # a share beside amounts has no room on their axis: its numbers are below
    @series = grep { $_->{unit} eq $series[0]{unit} } @series;
    my @solid = grep { !$line{ $_->{name} } } @series;
    my (@stacks, @all);
    foreach my $i (0 .. $#$places)
    {
        my %sum = (up => 0, down => 0);
        foreach my $n (0 .. $#solid)
        {
            my $value = $solid[$n]{values}[$i] // next;
            my $side = $value < 0 ? 'down' : 'up';
            my $from = $stack ? $sum{$side} : 0;
            $sum{$side} += $value;
            $stacks[$n][$i] = [ $from, $from + $value ];
            push @all, $from + $value;
        }
        push @all, grep { defined } map { $_->{values}[$i] } grep { $line{ $_->{name} } } @series;
    }
    return if !@all;
    my ($low, $highest) = (sort { $a <=> $b } @all)[ 0, -1 ];
    my @ticks = ticks($low, $highest, @solid || $low > 0 && $low < $highest / 2);
    my ($w, $h) = ($wide - $left - $right, $high - $top - $bottom);
    my $slot = $w / @$places;
    my $x = sub { $left + $slot * ($_[0] + 0.5) };
    my $y = sub { $top + $h * (1 - ($_[0] - $ticks[0]) / ($ticks[-1] - $ticks[0])) };
    my ($body, @legend) = ('');
    foreach my $tick (@ticks)
    {
        $body .= sprintf('<path class="%s" d="M%s %sH%s"/>', abs($tick) < 1e-12 ? 'zero' : 'grid', $left, number($y->($tick)), $wide - $right) . text($left - 6, $y->($tick) + 4, 'end', $show->($tick, $series[0]{unit}, 1) =~ s/\.0(?=[KMB]$)//r);
    }
    my $every = ceil(@$places / 6);
    foreach my $i (grep { $_ % $every == 0 } 0 .. $#$places) { $body .= text($x->($i), $high - 8, 'middle', $show->($places->[$i], $panel->{columns}[0]{unit}, 1)); }
    if (%edge)
    {
        my %by_name = map { $_->{name} => $_->{values} } @series;
        foreach my $band (95, 80)
        {
            my @known = grep { defined $by_name{"lo$band"}[$_] && defined $by_name{"hi$band"}[$_] } 0 .. $#$places;
            next if !@known;
            my @round = ((map { [ $x->($_), $y->($by_name{"hi$band"}[$_]) ] } @known), map { [ $x->($_), $y->($by_name{"lo$band"}[$_]) ] } reverse @known);
            $body .= "<path class=\"band\" d=\"" . path_of(\@round) . 'Z"/>';
        }
        push @legend, '<li><i class="key band2"></i>80 % and 95 % range</li>';
    }
    my $colour = 0;
    foreach my $n (0 .. $#solid)
    {
        my $c = 's' . $colour++ % 8;
        my $width = $slot * ($kind eq 'area' ? 1 : 0.72) / ($stack ? 1 : @solid);
        foreach my $i (0 .. $#$places)
        {
            my $ends = $stacks[$n][$i] // next;
            my ($upper, $lower) = sort { $a <=> $b } map { $y->($_) } @$ends;
            my $from = $x->($i) - $slot * ($kind eq 'area' ? 0.5 : 0.36) + ($stack ? 0 : $n * $width);
            $body .= sprintf('<rect class="%s" x="%s" y="%s" width="%s" height="%s"><title>%s</title></rect>', $c, number($from), number($upper), number($width), number($lower - $upper),
                escape($show->($places->[$i], $panel->{columns}[0]{unit}) . ', ' . $solid[$n]{label} . ': ' . $show->($solid[$n]{values}[$i], $solid[$n]{unit})));
        }
        push @legend, "<li><i class=\"key $c\"></i>" . escape($solid[$n]{label}) . '</li>';
    }
    foreach my $one (grep { $line{ $_->{name} } && !$edge{ $_->{name} } } @series)
    {
        my ($c, $dash) = ('s' . $colour++ % 8, $one->{name} eq 'forecast' ? ' dash' : '');
        my @points = map { defined $one->{values}[$_] ? [ $x->($_), $y->($one->{values}[$_]) ] : undef } 0 .. $#$places;
        $body .= "<path class=\"line $c$dash\" d=\"" . path_of(\@points) . '"/>';
        foreach my $i (grep { $points[$_] } 0 .. $#points)
        {
            $body .= sprintf('<circle class="%s" cx="%s" cy="%s" r="3"><title>%s</title></circle>', $c, map({ number($_) } @{ $points[$i] }),
                escape($show->($places->[$i], $panel->{columns}[0]{unit}) . ', ' . $one->{label} . ': ' . $show->($one->{values}[$i], $one->{unit})));
        }
        push @legend, "<li><i class=\"key $c\"></i>" . escape($one->{label}) . '</li>';
    }
    return frame($chart, $body) . (@legend > 1 ? '<ul class="legend">' . join('', @legend) . '</ul>' : '');
}

# Rows from top to bottom, so that long names have room on a narrow screen:
# steps of a waterfall, or bars from the largest on.
sub in_rows
{
    my ($chart) = @_;
    my ($panel, $show, @rows) = (@{$chart}{qw(panel show)}, @{ $chart->{rows} });
    my ($unit, @bars) = ($panel->{unit} // $panel->{columns}[1]{unit});
    my $at = 0;
    if ($panel->{kind} eq 'waterfall')
    {
        foreach my $row (@rows)
        {
            my (undef, $label, $amount, $is_total) = @$row;
            $amount //= 0;
            my $from = ($is_total // '') eq 'true' ? 0 : $at;
            $at = $from + $amount;
            push @bars, [ $label, $from, $at, $amount, $from == 0 && ($is_total // '') eq 'true' ? 'total' : $amount < 0 ? 'down' : 'up' ];
        }
    }
    else { @bars = map { [ $_->[0] // 'unknown', 0, $_->[1], $_->[1], 's0' ] } grep { defined $_->[1] } @rows; }
    return if !@bars;
    my ($low, $highest) = (sort { $a <=> $b } 0, map { @$_[ 1, 2 ] } @bars)[ 0, -1 ];
    $highest = $low + 1 if $highest <= $low;
    my ($from, $to, $step) = (150, $wide - 90, 30);
    my $x = sub { $from + ($to - $from) * ($_[0] - $low) / ($highest - $low) };
    my $body = '';
    foreach my $n (0 .. $#bars)
    {
        my ($label, $begin, $end, $amount, $class) = @{ $bars[$n] };
        my ($l, $r) = sort { $a <=> $b } $x->($begin), $x->($end);
        my $short = length $label > 22 ? substr($label, 0, 21) . '…' : $label;
        $body .= text($from - 8, $step * $n + 20, 'end', $short) . sprintf('<rect class="%s" x="%s" y="%s" width="%s" height="20"><title>%s</title></rect>', $class, number($l), $step * $n + 5, number($r - $l) || 1, escape("$label: " . $show->($amount, $unit)))
          . text($r + 6, $step * $n + 20, '', $show->($amount, $unit, 1));
    }
    $body .= sprintf('<path class="zero" d="M%s 0V%s"/>', number($x->(0)), $step * @bars);
    return frame($chart, $body, $step * @bars + 4);
}

sub svg_of
{
    my ($chart) = @_;
    return $chart->{panel}{kind} =~ /^(waterfall|ranked|pie)$/ ? in_rows($chart) : over_time($chart);
}

1;
