#!/usr/bin/perl
# Holds a report to the relations that it was written from, and to what a file
# that is mailed must be.  Prints an ok or a not ok per check.
#
#   dashboards/report-check.pl FILE.html SCHEMA AXE CHROMIUM [psql ARGUMENT ...]
#
#   AXE        axe.min.js of axe-core, or nothing: '' skips its part
#   CHROMIUM   a Chromium, or nothing: '' skips what needs a browser
#
# Its queries are its own, not those of the panels.
use strict;
use warnings;
use utf8;
use JSON::PP ();
use Math::BigFloat;

binmode(STDOUT, ':encoding(UTF-8)');
my ($file, $schema, $axe, $chromium, @psql) = @ARGV;
my ($passed, $failed) = (0, 0);
sub report { my ($name, @faults) = @_; @faults ? $failed++ : $passed++; print @faults ? 'not ' : '', "ok - $name\n", map { "#   $_\n" } @faults > 10 ? @faults[ 0 .. 9 ] : @faults; }
sub slurp { my ($name) = @_; open(my $in, '<:encoding(UTF-8)', $name) or die "$name: $!\n"; local $/; return scalar <$in>; }

sub ask
{
    my ($sql) = @_;
    open(my $in, '-|', @psql, '-X', '-q', '-A', '-t', '-F', "\x1f", '-R', "\x1e", '-v', 'ON_ERROR_STOP=1', '-c', "SET search_path = $schema, pg_catalog", '-c', $sql) or die "psql: $!\n";
    binmode($in, ':encoding(UTF-8)');
    local $/;
    my $text = <$in> // '';
    close $in or die "psql failed: $sql\n";
    chomp $text;
    return map { [ split /\x1f/, $_, -1 ] } split /\x1e/, $text =~ s/\n\z//r;
}

my $html = slurp($file);
my %entity = (amp => '&', lt => '<', gt => '>', quot => '"', '#39' => "'");
sub plain { return $_[0] =~ s/<[^>]*>//gr =~ s/&(amp|lt|gt|quot|#39);/$entity{$1}/gr; }
# what is in a cell: the number as the database has it, else what is written
sub cell { my ($inside) = @_; return plain($inside =~ /<data value="([^"]*)">/ ? $1 : $inside); }

sub rows_of
{
    my ($id) = @_;
    my ($table) = $html =~ m{<table id="\Q$id\E">.*?<tbody>(.*?)</tbody>}s or return;
    return map { my $row = $_; [ map { cell($_) } $row =~ m{<t[dh][^>]*>(.*?)</t[dh]>}gs ] } $table =~ m{<tr>(.*?)</tr>}gs;
}

sub tile { my ($id) = @_; my ($inside) = $html =~ m{<li id="\Q$id\E">(.*?)</li>}s or return []; return [ map { plain($_) } $inside =~ /<data value="([^"]*)">/g ]; }
sub pick { my ($places, @rows) = @_; return map { my $row = $_; [ map { $row->[$_] } @$places ] } @rows; }

# the same number, however many zeroes it ends in
sub key { return join ' | ', map { !defined $_ || $_ eq '' || $_ eq '–' ? '-' : /^-?\d+(?:\.\d+)?$/ ? Math::BigFloat->new($_)->bstr =~ s/(\.\d*?)0+$/$1/r =~ s/\.$//r : $_ } @{ $_[0] }; }

sub same
{
    my ($name, $shown, $wanted) = @_;
    my @faults;
    push @faults, 'nothing is shown' if !@$shown;
    push @faults, @$shown . ' rows, of ' . @$wanted if @$shown != @$wanted;
    foreach my $n (0 .. ($#$shown < $#$wanted ? $#$shown : $#$wanted))
    {
        my ($is, $should) = (key($shown->[$n]), key($wanted->[$n]));
        push @faults, "shown $is, in the database $should" if $is ne $should;
    }
    report($name, @faults);
}

my $last = "(SELECT (date_trunc('month', effective_as_of::timestamp) - interval '1 month')::date FROM kpi_settings)";
my $begin = "(SELECT (date_trunc('month', effective_as_of::timestamp) - interval '24 months')::date FROM kpi_settings)";

# Tiles.
same('MRR and its change', [ tile('executive-overview-mrr') ], [ ask("SELECT closing, mrr_growth FROM kpi_mrr_monthly WHERE period = $last") ]);
same('ARR and its change', [ tile('executive-overview-arr') ], [ ask("SELECT 12 * n.closing, n.closing / y.closing - 1 FROM kpi_mrr_monthly AS n, kpi_mrr_monthly AS y WHERE n.period = $last AND y.period = n.period - interval '1 year'") ]);
same('customers', [ [ tile('executive-overview-customers')->[0] ] ], [ ask("SELECT customers_closing FROM kpi_mrr_monthly WHERE period = $last") ]);
same('collected revenue', [ tile('executive-overview-collected') ], [ ask("SELECT collected, mom FROM kpi_revenue_monthly WHERE period = $last") ]);
same('churn and retention', [ [ map { tile("executive-overview-$_")->[0] } qw(logo-churn nrr) ] ], [ ask("SELECT logo_churn_rate, nrr_12m FROM kpi_mrr_monthly WHERE period = $last") ]);
same('profit', [ [ map { tile("financial-health-$_")->[0] } qw(gross-profit operating-profit ltv-to-cac) ] ], [ ask("SELECT gross_profit, operating_profit, ltv_to_cac FROM kpi_margin_monthly WHERE period = $last") ]);
same('customers flagged, of those scored', [ [ map { tile("crm-churn-risk-$_")->[0] } qw(flagged scored) ] ], [ ask('SELECT count(*) FILTER (WHERE predicted_flag), count(*) FROM kpi_churn_scores WHERE snapshot = (SELECT max(snapshot) FROM kpi_churn_scores)') ]);
my @told = map { [ $_->[0] =~ /value="([^"]*)"/, $_->[0] =~ />(?:[A-Z]{3} )?([^<]*)</ ] } map { [ m{<p class="value">(<data.*?</data>)} ] } $html =~ m{<li id="executive-overview-(?:mrr|arr|customers|collected)">.*?</li>}gs;
same('tiles are scaled as sentences are', [ map { [ $_->[1] ] } @told ], [ map { ask("SELECT saaskpi_internal.scaled($_->[0])") } @told ]);

# Figures.
my @steps = rows_of('executive-overview-waterfall');
same('the waterfall', [ pick([ 1, 2 ], @steps) ], [ ask("SELECT v.* FROM (SELECT sum(opening) FILTER (WHERE period = $begin) AS o, sum(new) AS n, sum(expansion) AS e, sum(reactivation) AS r, -sum(contraction) AS s, -sum(churn) AS c, sum(resume) AS u, -sum(pause) AS p, sum(fx) AS x, sum(closing) FILTER (WHERE period = $last) AS z FROM kpi_mrr_monthly WHERE period BETWEEN $begin AND $last) AS m, LATERAL (VALUES ('opening', o), ('new', n), ('expansion', e), ('reactivation', r), ('resume', u), ('contraction', s), ('churn', c), ('pause', p), ('FX', x), ('closing', z)) AS v(label, amount) WHERE v.label NOT IN ('resume', 'pause', 'FX') OR v.amount <> 0") ]);
my $sum = Math::BigFloat->new(0);
$sum->badd($_->[2]) foreach @steps[ 0 .. $#steps - 1 ];
report('which adds up', $sum->bcmp($steps[-1][2]) ? "$sum is not $steps[-1][2]" : ());
same('the forecast with its bands', [ grep { $_->[1] ne '–' } pick([ 0, 2 .. 6 ], rows_of('executive-overview-mrr-forecast')) ], [ ask("SELECT period, point, lo80, hi80, lo95, hi95 FROM kpi_forecast_monthly WHERE metric = 'mrr' AND dimension = 'all' AND point IS NOT NULL AND period >= $begin ORDER BY period") ]);
same('the triangle of cohorts', [ pick([ 0, 1, 2, 7, 13 ], rows_of('customer-insights-cohorts')) ],
    [ ask("SELECT f.cohort, f.customers, (SELECT rate FROM kpi_cohort_retention AS r WHERE r.basis = 'mrr' AND r.cohort = f.cohort AND r.age = 1), (SELECT rate FROM kpi_cohort_retention AS r WHERE r.basis = 'mrr' AND r.cohort = f.cohort AND r.age = 6), (SELECT rate FROM kpi_cohort_retention AS r WHERE r.basis = 'mrr' AND r.cohort = f.cohort AND r.age = 12) FROM kpi_cohort_retention AS f WHERE f.basis = 'mrr' AND f.age = 0 AND f.customers > 0 AND f.cohort >= $begin ORDER BY f.cohort") ]);
same('segments', [ pick([ 0, 1, 2, 9 ], rows_of('customer-insights-segments')) ], [ ask("SELECT value, closing, customers_closing, nrr_12m FROM kpi_mrr_monthly_by WHERE dimension = 'segment' AND period = $last ORDER BY closing DESC, value") ]);
same('what each month won and lost', [ pick([ 0, 1, 2, 5 ], rows_of('executive-overview-movements')) ], [ ask("SELECT period, new, expansion, -churn FROM kpi_mrr_monthly WHERE period BETWEEN $begin AND $last ORDER BY period") ]);
same('whom to call first', [ pick([ 0, 1, 3, 6, 7, 8 ], rows_of('crm-actions-list')) ], [ ask('SELECT rank, customer_id, action, budget_suggestion, probability, expected_loss FROM kpi_actions WHERE NOT is_holdout ORDER BY rank, customer_id LIMIT 25') ]);
same('unusual months', [ pick([ 0, 2, 3, 6 ], rows_of('executive-overview-anomalies')) ], [ ask("SELECT period, value, expected, score FROM kpi_anomalies WHERE score IS NOT NULL AND period >= $begin ORDER BY score DESC, period DESC LIMIT 24") ]);
same('the words', [ [ map { plain($_) } $html =~ m{<p class="lead">(.*?)</p>} ] ], [ ask("SELECT saaskpi.narrative('$schema')") ]);
my $words = plain($html);
report('and all that there is to say', map { "missing: $_->[0]" } grep { index($words, $_->[0]) < 0 } ask("SELECT sentence FROM saaskpi.insights('$schema')"));

my @groups = ask('SELECT cluster, segment, customers, share, mrr FROM kpi_segments ORDER BY cluster');
same('groups of customers that behave alike', [ pick([ 0, 1, 3, 4, 6 ], rows_of('activity-groups')) ], \@groups) if @groups;

# What is written for reading is the number, rounded at its last digit; shares
# of groups are percent in the database already.
my @wrong;
my $of_ratios = $html =~ s{<table id="activity-groups">.*?</table>}{}sr;
foreach my $pair (map { [/<data value="([^"]*)">([^<]*)</] } $of_ratios =~ /<data value="[^"]*">[^<]*</g)
{
    my ($exact, $said) = @$pair;
    next if $exact !~ /^-?\d+(?:\.\d+)?$/;
    my ($digits, $rest, $scale) = $said =~ /^(?:[A-Z]{3} )?(-?[\d,]+)(\.\d+)?([KMB]| %| points)?(?: months)?$/ or do { push @wrong, "$exact is written $said"; next; };
    my $times = { K => 1000, M => 1e6, B => 1e9, ' %' => 0.01, ' points' => 0.01 }->{ $scale // '' } // 1;
    my $half = 0.5 * $times * 10**-(length($rest // '.') - 1);
    my $off = abs(abs(($digits =~ s/,//gr . ($rest // '')) * $times) - abs $exact);
    push @wrong, "$exact is written $said" if $off > $half * (1 + 1e-6);
}
report('numbers are written as they are, rounded', @wrong);

# The file.
my $size = -s $file;
report('at most 2 MB', $size > 2 * 1024 * 1024 ? "$size bytes" : ());
report('asks for nothing', $html =~ m{(?:src|href|action|data|poster|background)\s*=\s*"?(?!#)[^"#>]*(?:https?:|//)[^">]*}gi, $html =~ /\@import|url\(|<(?:link|script|img|iframe|object|embed|base|form)\b/gi);
my ($hostile) = ask("SELECT customer_id FROM kpi_actions WHERE customer_id LIKE '%script%'");
report('hostile names are there, as text', !$hostile ? 'no customer is called so' : (), index($html, '&lt;/script&gt;&lt;b') < 0 ? 'not in the report' : (), $html =~ m{</script|<b\b|<img}i ? 'as markup' : ());
my @levels = $html =~ /<h(\d)/g;
report('headings follow each other', map { "h$levels[$_] after h$levels[$_-1]" } grep { $levels[$_] > $levels[ $_ - 1 ] + 1 } 1 .. $#levels);
my $charts = () = $html =~ /<svg /g;
my $named = () = $html =~ m{<svg [^>]*aria-label="[^"]+">(?:(?!<figure).)*?<table}gs;
report("each of $charts charts has a name and a table of its numbers", $charts >= 10 && $charts == $named ? () : "$named of them");

sub browse
{
    my ($page) = @_;
    my $home = "$file.browser";
    open(my $in, '-|', 'sh', '-c', 'exec timeout 120 "$@" 2>"$0"', "$file.log", $chromium, qw(--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --enable-logging=stderr --virtual-time-budget=60000 --dump-dom), "--user-data-dir=$home", "file://$page") or die "$chromium: $!\n";
    binmode($in, ':encoding(UTF-8)');
    local $/;
    my $dom = <$in> // '';
    close $in;
    return ($dom, grep { /CONSOLE/ } split /\n/, slurp("$file.log"));
}

if ($chromium eq '')
{
    print "SKIPPED: the report is not opened in a browser, for want of Chromium\n";
}
else
{
    my ($dom, @console) = browse($file);
    report('opens in Chromium without a word on its console', @console, $dom !~ m{</html>} ? 'nothing came back' : ());
    my $tables = () = $html =~ /<table /g;
    my $seen = () = $dom =~ /<table /g;
    report('whole, with nothing that a name has put there', $tables == $seen ? () : "$seen of $tables tables", $dom =~ m{<script|<b>|<img}i ? 'markup' : ());
}
if ($chromium ne '' && $axe ne '')
{
    my $copy = $html =~ s/<meta http-equiv="Content-Security-Policy"[^>]*>//r;
    my $run = <<'JS';
document.querySelectorAll('details').forEach((d) => { d.open = true; });
const found = async (how) => (await axe.run(document, { resultTypes: ['violations'] })).violations.map((v) => ({ how, id: v.id, impact: v.impact, help: v.help, node: v.nodes[0].html.slice(0, 150), all: v.nodes.length }));
(async () => {
    const light = await found('light');
    const style = document.querySelector('style');
    style.textContent = style.textContent.replace('screen and (prefers-color-scheme:dark)', 'screen');
    const dark = await found('dark');
    const paper = getComputedStyle(document.body).backgroundColor;
    document.body.replaceChildren();
    document.body.dataset.axe = JSON.stringify({ paper, all: [...light, ...dark] });
})();
JS
    $copy =~ s{</body>}{'<script>' . slurp($axe) =~ s!</script!<\\/script!gr . "</script><script>$run</script></body>"}e;
    open(my $out, '>:encoding(UTF-8)', "$file.axe.html") or die "$file.axe.html: $!\n";
    print $out $copy;
    close $out;
    my ($dom) = browse("$file.axe.html");
    my ($answer) = $dom =~ /data-axe="([^"]*)"/;
    my $result = $answer ? JSON::PP->new->decode(plain($answer)) : undef;
    report('axe finds no fault, in light and in dark', !$result ? 'axe did not answer' : (map { "$_->{how}: $_->{id} ($_->{impact}): $_->{help}, $_->{all} times, first $_->{node}" } @{ $result->{all} }), $result && $result->{paper} =~ /255/ ? 'dark was not looked at' : ());
}
elsif ($axe eq '') { print "SKIPPED: the report is not looked at by axe, for want of npm\n"; }
print "$passed passed, $failed failed\n";
exit($failed > 0);
