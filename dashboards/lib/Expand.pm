# A query as Grafana sends it: variables as the browser writes them, macros as
# the data source does, times as its time picker has them.  What Grafana does
# not know fails here as it fails there.
package Expand;
use strict;
use warnings;
use Exporter qw(import);
use Time::Local qw(timegm);
use POSIX qw(strftime);
use Source qw(fail);
our @EXPORT_OK = qw(range_of expand_query sql_string expand_jinja expand_tags);

# ${name:sqlstring}: each value quoted, several with commas between
sub sql_string
{
    my ($value) = @_;
    return join(',', map { "'" . s/'/''/gr . "'" } ref $value ? @$value : $value);
}

# moment('now-24M/M', '2025-01-01', UP): epoch seconds, rounded down or, at the
# end of a range, up to the last second of the unit
sub moment
{
    my ($text, $now, $up) = @_;
    my ($y, $m, $d) = split /-/, $now;
    my ($sign, $count, $unit, $round) = $text =~ m{^now(?:([-+])(\d+)([dwMy]))?(?:/([dwMy]))?$} or fail("cannot read the time $text");
    $count = ($sign // '') eq '-' ? -($count // 0) : $count // 0;
    $unit //= 'd';
    $m += $count if $unit eq 'M';
    $y += $count if $unit eq 'y';
    ($y, $m) = ($y + int(($m - 1) / 12) - (($m - 1) % 12 && $m < 1 ? 1 : 0), ($m - 1) % 12 + 1);
    my $at = timegm(0, 0, 0, $d, $m - 1, $y) + ($unit eq 'd' ? $count : $unit eq 'w' ? 7 * $count : 0) * 86400;
    return $at if !defined $round;
    (undef, undef, undef, $d, $m, $y) = gmtime $at;
    my @first = $round eq 'y' ? (1, 0, $y) : $round eq 'M' ? (1, $m, $y) : ($d, $m, $y);
    return timegm(0, 0, 0, @first) if !$up;
    return timegm(0, 0, 0, 1, 0, $y + 1) - 0.001 if $round eq 'y';
    return timegm(0, 0, 0, 1, ($m + 1) % 12, $y + ($m == 11)) - 0.001 if $round eq 'M';
    return timegm(0, 0, 0, @first) + 86400 - 0.001;
}

sub rfc3339
{
    my ($at) = @_;
    my $whole = POSIX::floor($at);
    return strftime('%Y-%m-%dT%H:%M:%S', gmtime $whole) . ($at > $whole ? '.999Z' : 'Z');
}

sub range_of { my ($from, $to, $now) = @_; return { from => rfc3339(moment($from, $now, 0)), to => rfc3339(moment($to, $now, 1)) }; }

my %macros = (
    timeFrom => sub { "'$_[0]{from}'" },
    timeTo => sub { "'$_[0]{to}'" },
    timeFilter => sub { "$_[1] BETWEEN '$_[0]{from}' AND '$_[0]{to}'" },
    time => sub { "$_[1] AS \"time\"" });

sub expand_query
{
    my ($sql, $values, $range) = @_;
    fail("a variable without a format: $1 of $sql") if $sql =~ /(\$(?!__)\w+|\[\[\w+)/;
    $sql =~ s/\$\{(\w+)(?::(\w+))?\}/
        fail("the variable $1 is not written as an SQL string: $sql") if ($2 \/\/ '') ne 'sqlstring';
        fail("there is no variable $1") if !defined $values->{$1};
        sql_string($values->{$1})/gex;
    $sql =~ s/\$__(\w+)\(([^)]*)\)/
        my ($name, @arguments) = ($1, split(m!\s*,\s*!, $2));
        fail("unknown macro \$__$name") if !$macros{$name};
        $macros{$name}->($range, @arguments)/gex;
    fail("a macro without its brackets: $sql") if $sql =~ /\$__/;
    return $sql;
}

# What Superset makes of the templates of its data sets: the few words of Jinja
# that lib/Superset.pm writes.  Its filter where_in writes a list of strings.
sub expand_jinja
{
    my ($sql, $values, $from, $to) = @_;
    my $chosen = sub { my ($name) = @_; my $v = $values->{$name}; return defined $v ? ref $v ? @$v : $v : (); };
    $sql =~ s/\{% if filter_values\('(\w+)'\) %\}(.*?)\{% else %\}(.*?)\{% endif %\}/$chosen->($1) ? $2 : $3/gse;
    $sql =~ s/\{\{ filter_values\('(\w+)'\)(\[:1\])?\|where_in \}\}/my @v = $chosen->($1); '(' . sql_string([ $2 ? $v[0] : @v ]) . ')'/ge;
    $sql =~ s/\{\{ (from|to)_dttm or "([-\d]+)" \}\}/($1 eq 'from' ? $from : $to) \/\/ $2/ge;
    fail("a template that is not understood: $sql") if $sql =~ /\{[{%]/;
    return $sql;
}

# Variables of Metabase are sent beside the query; here they stand in it, each
# of the type it is sent as.
sub expand_tags
{
    my ($sql, $tags, $values) = @_;
    my %tag = map { $_->{name} => $_ } @$tags;
    $sql =~ s/\{\{(\w+)\}\}/
        my $t = $tag{$1} or fail("no tag $1: $sql");
        my $v = $values->{$1} \/\/ $t->{default};
        '(' . sql_string(ref $v ? $v->[0] : $v) . ($t->{type} eq 'date' ? '::date)' : '::varchar)')/gex;
    return $sql;
}

1;
