#!/usr/bin/perl
# metabase/import.pl against a stand-in for the calls that Metabase documents,
# which keeps what it is sent and refuses what Metabase would.  It is no
# Metabase: that the calls are understood as meant is not shown here.
#
#   dashboards/metabase/test.pl FILE      FILE: saaskpi.json of generate.pl
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;

my $import = dirname(abs_path(__FILE__)) . '/import.pl';
my ($file) = @ARGV;
my $json = JSON::PP->new->utf8->canonical;
my ($passed, $failed) = (0, 0);

sub report { my ($right, $name, @why) = @_; $right ? $passed++ : $failed++; print $right ? '' : 'not ', "ok - $name\n", map { "#   $_\n" } $right ? () : @why; }

# Answers until it is told to stop; /state tells what it has.
sub stand_in
{
    my ($socket) = @_;
    my %state = (collection => {}, card => {}, dashboard => {}, log => [], next => 10);
    while (my $client = $socket->accept)
    {
        my $request = <$client> // next;
        my ($method, $path) = $request =~ m{^(\S+) (\S+)};
        my %header;
        while (my $line = <$client>) { last if $line =~ /^\r?\n$/; $header{ lc $1 } = $2 if $line =~ /^(\S+): (.*?)\r?\n$/; }
        my $content = '';
        read($client, $content, $header{'content-length'}) if $header{'content-length'};
        my $body = length $content ? $json->decode($content) : {};
        my ($status, $answer) = $path eq '/state' ? (200, \%state) : answer_of(\%state, $method, $path, $body, $header{'x-api-key'} // '');
        my $text = $json->encode($answer);
        print $client "HTTP/1.1 $status X\r\nContent-Type: application/json\r\nContent-Length: " . length($text) . "\r\nConnection: close\r\n\r\n$text";
        close $client;
    }
}

sub answer_of
{
    my ($state, $method, $path, $body, $key) = @_;
    push @{ $state->{log} }, "$method $path";
    return (401, { error => 'Unauthenticated' }) if $key ne 'right';
    return (200, { data => [ { id => 1, name => 'Sample Database' }, { id => 2, name => 'saaskpi' } ], total => 2 }) if "$method $path" eq 'GET /api/database';
    if ($method eq 'GET' && $path =~ m{^/api/collection/(\w+)/items\?models=(\w+)&limit=100&offset=(\d+)$})
    {
        my ($in, $model, $offset) = ($1, $2, $3);
        my @found = grep { ($_->{ $model eq 'collection' ? 'parent_id' : 'collection_id' } // 'root') eq $in } map { $state->{$model}{$_} } sort { $a <=> $b } keys %{ $state->{$model} };
        return (200, { total => scalar @found, data => [ map { { id => $_->{id}, name => $_->{name}, model => $model } } grep { defined } @found[ $offset .. $offset + 99 ] ] });
    }
    if ($method eq 'POST' && $path =~ m{^/api/(collection|card|dashboard)$})
    {
        return (400, { errors => { name => 'value must be a non-blank string.' } }) if !length($body->{name} // '');
        my $wrong = $1 eq 'card' ? fault_of($state, $body) : undef;
        return (400, { error => $wrong }) if $wrong;
        my $id = $state->{next}++;
        $state->{$1}{$id} = { %$body, id => $id };
        return (200, $state->{$1}{$id});
    }
    if ($method eq 'PUT' && $path =~ m{^/api/(card|dashboard)/(\d+)$})
    {
        return (404, 'Not found.') if !$state->{$1}{$2};
        my $wrong = $1 eq 'card' ? fault_of($state, $body) : fault_of_dashboard($state, $body);
        return (400, { error => $wrong }) if $wrong;
        $state->{$1}{$2} = { %{ $state->{$1}{$2} }, %$body };
        return (200, $state->{$1}{$2});
    }
    return (404, "API endpoint does not exist: $method $path");
}

sub fault_of
{
    my ($state, $card) = @_;
    my $query = $card->{dataset_query};
    return 'no such database' if $query->{database} != 2 || $query->{type} ne 'native';
    return 'no such collection' if !$state->{collection}{ $card->{collection_id} };
    my %in_text = map { $_ => 1 } $query->{native}{query} =~ /\{\{(\w+)\}\}/g;
    return 'tags are not those of the query' if join(' ', sort keys %in_text) ne join(' ', sort keys %{ $query->{native}{'template-tags'} });
    return 'a click leads nowhere' if grep { !defined $_->{targetId} || !$state->{dashboard}{ $_->{targetId} } } grep { defined } map { $_->{click_behavior} } values %{ $card->{visualization_settings}{column_settings} // {} };
    return;
}

sub fault_of_dashboard
{
    my ($state, $dashboard) = @_;
    my (%taken, %known);
    $known{ $_->{id} } = 1 foreach @{ $dashboard->{parameters} };
    foreach my $card (@{ $dashboard->{dashcards} })
    {
        return 'a new card needs a number of its own below zero' if $card->{id} >= 0 || $taken{"id $card->{id}"}++;
        return 'no such card' if defined $card->{card_id} && !$state->{card}{ $card->{card_id} };
        return 'over the edge' if $card->{col} + $card->{size_x} > 24;
        foreach my $x ($card->{col} .. $card->{col} + $card->{size_x} - 1) { foreach my $y ($card->{row} .. $card->{row} + $card->{size_y} - 1) { return "two cards at $x, $y" if $taken{"$x $y"}++; } }
        my $tags = defined $card->{card_id} ? $state->{card}{ $card->{card_id} }{dataset_query}{native}{'template-tags'} : {};
        foreach my $mapping (@{ $card->{parameter_mappings} }) { return 'a mapping to nothing' if !$known{ $mapping->{parameter_id} } || !$tags->{ $mapping->{target}[1][1] }; }
        return 'a tag that nobody sets' if keys %$tags != @{ $card->{parameter_mappings} };
    }
    return;
}

my $socket = IO::Socket::INET->new(Listen => 20, LocalAddr => '127.0.0.1', LocalPort => 0, ReuseAddr => 1) or die "no socket: $!\n";
my $url = 'http://127.0.0.1:' . $socket->sockport;
my $pid = fork // die "fork: $!\n";
if (!$pid) { stand_in($socket); exit; }
END { kill 'TERM', $pid if $pid; }

sub run
{
    my ($key, @arguments) = @_;
    local $ENV{METABASE_API_KEY} = $key;
    my $said = '';
    open(my $out, '-|', 'sh', '-c', 'exec "$@" 2>&1', 'sh', $^X, $import, @arguments) or die;
    $said .= $_ while <$out>;
    close $out;
    return ($? >> 8, $said);
}

sub state_of { return $json->decode(HTTP::Tiny->new->get("$url/state")->{content}); }

my $all = do { open(my $in, '<', $file) or die "$file: $!\n"; local $/; $json->decode(<$in>) };
my $pages = @{ $all->{pages} };
my $cards = 0;
$cards += @{ $_->{cards} } foreach @{ $all->{pages} };
my ($status, $said) = run('right', $url, $file);
my $state = state_of();
report($status == 0, 'imported', $said);
report(keys %{ $state->{dashboard} } == $pages && keys %{ $state->{card} } == $cards, "$pages dashboards of $cards questions", scalar(keys %{ $state->{dashboard} }), scalar(keys %{ $state->{card} }));
report(!(grep { !$_->{dashcards} || !@{ $_->{dashcards} } } values %{ $state->{dashboard} }), 'none is empty');
report(keys %{ $state->{collection} } == $pages + 1, 'a collection for each');
{
    open(my $out, '>', "$file.some") or die;
    print $out $json->encode({ %$all, pages => [ @{ $all->{pages} }[ 0 .. 1 ] ] });
    close $out;
    ($status, $said) = run('right', $url, "$file.some");
    unlink "$file.some";
}
my $again = state_of();
report($status == 0 && keys %{ $again->{card} } == $cards && keys %{ $again->{dashboard} } == $pages, 'again, nothing is there twice', $said);
($status, $said) = run('wrong', $url, $file);
report($status != 0 && $said =~ /401/, 'a wrong key is told', $said);
{
    open(my $out, '>', "$file.other") or die;
    print $out $json->encode({ %$all, database => 'nowhere' });
    close $out;
    ($status, $said) = run('right', $url, "$file.other");
    unlink "$file.other";
    report($status != 0 && $said =~ /no database called nowhere, but: Sample Database, saaskpi/, 'a database that Metabase does not know is told', $said);
}
($status, $said) = run('', $url, $file);
report($status == 2, 'no key is a wrong call', $said);
print "$passed passed, $failed failed\n";
exit($failed > 0);
