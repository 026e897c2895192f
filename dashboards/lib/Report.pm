# The report as one page of HTML: what is shown of a panel, and how numbers are
# written.  A number is written for reading, and as the database has it beside
# that, in <data value>.
package Report;
use strict;
use warnings;
use utf8;
use Exporter qw(import);
use Math::BigFloat;
use Svg qw(svg_of escape);
our @EXPORT_OK = qw(show page_of tile_of figure_of is_number);

my @months = qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec);

sub is_number { return defined $_[0] && $_[0] =~ /^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/; }

# rounded half away from zero, as numeric is
sub rounded
{
    my ($value, $digits, $factor) = @_;
    my $text = Math::BigFloat->new($value)->bmul($factor // 1)->bfround(-$digits, 'common')->bstr;
    $text =~ s/^-(?=[0.]+$)//;
    my ($whole, $rest) = split /\./, $text;
    1 while $whole =~ s/^(-?\d+)(\d{3})/$1,$2/;
    return defined $rest && $digits ? "$whole.$rest" : $whole;
}

# as sentences have it: 12, 1.2K, 3.4M, 5.6B
sub scaled
{
    my ($value) = @_;
    my $size = abs $value;
    return rounded($value, 1, '0.000000001') . 'B' if $size >= 999_950_000;
    return rounded($value, 1, '0.000001') . 'M' if $size >= 999_950;
    return rounded($value, 1, '0.001') . 'K' if $size >= 999.5;
    return $size < 10 && $value != int $value ? rounded($value, 2) : rounded($value, 0);
}

sub show
{
    my ($value, $unit, $short) = @_;
    return '–' if !defined $value;
    if ($unit eq 'date' || $unit eq 'time')
    {
        my ($year, $month, $day) = $value =~ /^(\d{4})-(\d\d)-(\d\d)/ or return $value;
        return $day eq '01' ? $months[ $month - 1 ] . ' ' . ($short ? substr($year, 2) : $year) : "$year-$month-$day";
    }
    return $value eq 'true' ? 'yes' : 'no' if $unit eq 'flag';
    return $value if $unit eq 'text' || !is_number($value);
    return rounded($value, $short && (abs $value >= 0.0999 || $value == 0) ? 0 : 1, 100) . ' %' if $unit eq 'ratio';
    return rounded($value, 1) . ' %' if $unit eq 'percent';
    return scaled($value) if $short;
    return rounded($value, $unit eq 'count' || $unit eq 'money' && abs $value >= 1000 ? 0 : $unit =~ /^(days|months|times)$/ ? 1 : 2);
}

sub data { my ($value, $said) = @_; return '<data value="' . escape($value) . '">' . escape($said) . '</data>'; }

sub tile_of
{
    my ($panel, $row, $currency, $since) = @_;
    my ($of_value, $of_change) = @{ $panel->{columns} };
    my ($value, $change) = @$row;
    my $said = $of_value->{unit} =~ /^(money|count)$/ ? scaled($value) : show($value, $of_value->{unit});
    $said = "$currency $said" if $of_value->{unit} eq 'money';
    $said .= ' months' if $of_value->{unit} eq 'months';
    my $html = '<li><h3>' . escape($panel->{title}) . '</h3><p class="value">' . data($value, $said) . '</p>';
    if (is_number($change))
    {
        my ($points, $on, $label) = $of_change->{label} =~ /^(points )?(on )?(.*)/;
        my $text = show(abs $change < 1e-15 ? 0 : $change =~ s/^-//r, $of_change->{unit});
        $text = rounded($change =~ s/^-//r, 1, 100) . ' points' if $points;
        $text = "$currency $text" if $of_change->{unit} eq 'money';
        # a share or another amount is no change
        my ($class, $sign) = ('', '');
        ($class, $sign) = $text !~ /[1-9]/ ? ('', '= ') : $change > 0 ? (' up', '▲ ') : (' down', '▼ ') if $on;
        $class = { '' => '', ' up' => ' down', ' down' => ' up' }->{$class} if ($panel->{good} // '') eq 'down';
        $text = "-$text" if !$on && $change < 0;
        my $spoken = $sign eq '▲ ' ? '<span class="spoken">up </span>' : $sign eq '▼ ' ? '<span class="spoken">down </span>' : '';
        $html .= "<p class=\"change$class\">" . ($sign ? "<span aria-hidden=\"true\">$sign</span>$spoken" : '') . data($change, $text) . ' ' . escape(($on // '') . $label) . '</p>';
    }
    $html .= '<p class="note">' . escape($since) . '</p>' if defined $since;
    return "$html</li>\n";
}

sub table_of
{
    my ($panel, $rows, $id) = @_;
    my $heat = $panel->{kind} eq 'heat';
    my @columns = @{ $panel->{columns} };
    my @plain = map { $_->{unit} =~ /^(?:text|date|time|flag)$/ ? 1 : 0 } @columns;
    my $html = "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" . escape("Table: $panel->{title}") . "\"><table id=\"$id\"><thead><tr>"
      . join('', map { '<th scope="col"' . ($plain[$_] ? '' : ' class="n"') . '>' . escape(ucfirst $columns[$_]{label}) . '</th>' } 0 .. $#columns) . "</tr></thead><tbody>\n";
    foreach my $row (@$rows)
    {
        $html .= '<tr>';
        foreach my $n (0 .. $#columns)
        {
            my ($value, $unit) = ($row->[$n], $columns[$n]{unit});
            my ($tag, $end) = $n == 0 ? ('th scope="row"', 'th') : ('td', 'td');
            my $said = show($value, $unit);
            my $class = $plain[$n] ? '' : 'n';
            # the more is left, the darker; twenty shades
            $class .= ' h' . int(20 * ($value > 1 ? 1 : $value < 0 ? 0 : $value) / 2 + 0.5) if $heat && $unit eq 'ratio' && is_number($value);
            $html .= "<$tag" . ($class ? " class=\"$class\"" : '') . '>' . (defined $value && !($unit eq 'text') ? data($value, $said) : escape($said)) . "</$end>";
        }
        $html .= "</tr>\n";
    }
    return "$html</tbody></table></div>\n";
}

# Words of a definition: **so** is strong, an empty line begins a paragraph.
sub words { return join('', map { '<p>' . (escape($_) =~ s/\*\*(.+?)\*\*/<strong>$1<\/strong>/gr) . '</p>' } split /\n\n+/, $_[0]); }

sub figure_of
{
    my ($panel, $rows, $id, $limit, $since) = @_;
    my $note = defined $since ? '<p class="note">' . escape($since) . '</p>' : '';
    if ($limit && @$rows > $limit)
    {
        $rows = [ @$rows[ 0 .. $limit - 1 ] ];
        $note .= "<p class=\"note\">The first $limit.</p>";
    }
    my $html = '<figure class="' . ($panel->{kind} =~ /^(heat|table)$/ || ($panel->{size} // '') =~ /^24/ ? 'broad' : 'half') . '"><figcaption><h3>' . escape($panel->{title}) . "</h3>$note</figcaption>\n";
    my $table = table_of($panel, $rows, $id);
    my @clean = map { my $row = $_; [ map { $panel->{columns}[$_]{unit} =~ /^(text|date|time|flag)$/ || is_number($row->[$_]) ? $row->[$_] : undef } 0 .. $#$row ] } @$rows;
    my $drawn = $panel->{kind} =~ /^(heat|table)$/ ? undef : svg_of({ panel => $panel, rows => \@clean, show => \&show, label => "$panel->{title}; the numbers are in the table below" });
    $html .= defined $drawn ? "$drawn<details><summary>The numbers<span class=\"spoken\">: " . escape($panel->{title}) . "</span></summary>$table</details>" : $table;
    return $html . '<details><summary>What it means<span class="spoken">: ' . escape($panel->{title}) . '</span></summary>' . words($panel->{description}) . "</details></figure>\n";
}

sub style
{
    my ($light, $dark) = (
        '--paper:#fff;--card:#f6f7f9;--ink:#1b1f24;--soft:#57606a;--rule:#d0d7de;--link:#0b57a8;--good:#146c37;--bad:#a8201a;--heat:31,119,180;'
          . '--s0:#1f77b4;--s1:#d9730d;--s2:#2a8a4a;--s3:#b5363a;--s4:#7b5fb0;--s5:#8c564b;--s6:#c2559f;--s7:#5c6670',
        '--paper:#14171b;--card:#1d2127;--ink:#e8eaed;--soft:#a9b1ba;--rule:#3b424b;--link:#8cc2ff;--good:#5fd08a;--bad:#ff9089;--heat:70,140,200;'
          . '--s0:#5aa9e6;--s1:#f2a154;--s2:#5cc48d;--s3:#f07f7f;--s4:#b39ddb;--s5:#c49c94;--s6:#f0a3d4;--s7:#a9b1ba');
    my $css = ":root{color-scheme:light dark;$light}\n\@media screen and (prefers-color-scheme:dark){:root{$dark}}\n" . <<'CSS';
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
header,nav,main,footer{max-width:1240px;margin:0 auto;padding:0 1rem}
h1{margin:1.2rem 0 0;font-size:1.9rem}h2{margin:2.2rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--rule);font-size:1.4rem}h3{margin:0;font-size:1rem}
p{margin:.4rem 0}a{color:var(--link)}.soft,.note,footer{color:var(--soft);font-size:.9rem}
nav ul,.tiles,.legend{list-style:none;margin:.6rem 0;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1rem}
.lead{font-size:1.15rem;max-width:70ch}.more{max-width:75ch;padding-left:1.2rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:.8rem}
.tiles li,figure{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:.8rem 1rem}
.tiles h3{color:var(--soft);font-weight:600;font-size:.9rem}.value{font-size:1.6rem;font-weight:650;margin:0}.change{margin:0;color:var(--soft);font-size:.9rem}.change.up data{color:var(--good)}.change.down data{color:var(--bad)}
.figures{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.8rem}figure{margin:0}.broad{grid-column:1/-1}
svg{display:block;width:100%;height:auto;margin:.4rem 0}svg text{font-size:13px;fill:var(--soft)}.end{text-anchor:end}.middle{text-anchor:middle}
.grid,.zero{stroke:var(--rule);fill:none}.zero{stroke:var(--soft)}.line{fill:none;stroke-width:2.2;stroke-linejoin:round}.dash{stroke-dasharray:6 4}.band{fill:var(--s1);fill-opacity:.2}.total{fill:var(--s7)}svg .up{fill:var(--s2)}svg .down{fill:var(--s3)}
.key{display:inline-block;width:.8em;height:.8em;margin-right:.4em;border-radius:2px}.band2{background:var(--s1);opacity:.4}.legend{font-size:.9rem}
details{margin-top:.4rem;font-size:.9rem}summary{cursor:pointer;color:var(--link)}
.scroll{overflow:auto;max-height:34rem}table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .5rem;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top;overflow-wrap:anywhere}thead th{position:sticky;top:0;background:var(--card);overflow-wrap:normal}.n{text-align:right;white-space:nowrap}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.4rem .8rem}
@media screen and (max-width:760px){.figures{grid-template-columns:minmax(0,1fr)}.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}svg text{font-size:19px}.value{font-size:1.3rem}}
@page{size:A4;margin:14mm}
@media print{body{font-size:10pt}svg text{font-size:18px}.tiles{grid-template-columns:repeat(4,minmax(0,1fr))}.value{font-size:1.2rem}nav,.skip,details:not([open]){display:none}.scroll{overflow:visible;max-height:none}.broad table{font-size:6.5pt}.broad th,.broad td{padding:.1rem .18rem}thead th{position:static}figure,.tiles li{break-inside:avoid}.broad{break-inside:auto}tr,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
CSS
    $css .= ".s${_}{--c:var(--s$_)}" foreach 0 .. 7;
    $css .= "rect[class^=s],circle[class^=s]{fill:var(--c)}.line{stroke:var(--c)}.key[class*=' s']{background:var(--c)}\n";
    $css .= sprintf('.h%d{background:rgba(var(--heat),%.2f)}', $_, 0.05 * $_) foreach 0 .. 10;
    return $css;
}

sub page_of
{
    my ($about, @sections) = @_;
    my ($title, $n, $body, $nav) = (escape("$about->{schema}: report of $about->{month}"), 0, '', '');
    foreach my $section (@sections)
    {
        my ($name, $html) = @$section;
        $n++;
        $nav .= "<li><a href=\"#s$n\">" . escape($name) . '</a></li>';
        $body .= "<section aria-labelledby=\"s$n\"><h2 id=\"s$n\">" . escape($name) . "</h2>\n$html</section>\n";
    }
    # Nothing in the file runs, and nothing is asked for: a browser holds it to that.
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
      . "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>$title</title><style>\n" . style() . "\n</style></head>\n<body><a class=\"skip\" href=\"#main\">To the numbers</a>\n"
      . "<header><h1>$title</h1><p class=\"soft\">" . escape($about->{said}) . "</p></header>\n<nav aria-label=\"Sections\"><ul>$nav</ul></nav>\n<main id=\"main\">\n$body</main>\n<footer>"
      . join('', map { '<p>' . escape($_) . '</p>' } @{ $about->{end} }) . "</footer></body></html>\n";
}

1;
