#!/usr/bin/perl
# Puts the dashboards into Metabase through its API, which every edition has:
#
#   METABASE_API_KEY=... dashboards/metabase/import.pl URL [FILE]
#
# URL is that of Metabase, FILE what make dashboards wrote
# (build/dashboards/metabase/saaskpi.json unless told).  The database must be
# known to Metabase under the name that the file says.  A collection saaskpi
# gets one of its own for each page; what is there by name is brought up to
# date, nothing else is touched, and nothing is removed.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use HTTP::Tiny;
use JSON::PP;

my ($url, $file) = @ARGV;
my $key = $ENV{METABASE_API_KEY};
if (!defined $url || @ARGV > 2 || $url !~ m{^https?://} || !defined $key || $key eq '')
{
    print STDERR "usage: METABASE_API_KEY=... import.pl http[s]://HOST[:PORT] [FILE]\n";
    exit 2;
}
$url =~ s{/+$}{};
$file //= dirname(abs_path(__FILE__)) . '/../../build/dashboards/metabase/saaskpi.json';
my $json = JSON::PP->new->utf8->canonical;
my $http = HTTP::Tiny->new(timeout => 60, verify_SSL => 1, agent => 'saaskpi-dashboards ', default_headers => { 'X-API-Key' => $key, 'Content-Type' => 'application/json' });

sub call
{
    my ($method, $path, $body) = @_;
    my $answer = $http->request($method, "$url/api$path", defined $body ? { content => $json->encode($body) } : {});
    die "$method /api$path: $answer->{status} $answer->{reason}: " . substr($answer->{content} // '', 0, 300) . "\n" if !$answer->{success};
    return length($answer->{content} // '') ? $json->decode($answer->{content}) : undef;
}

open(my $in, '<', $file) or die "$file: $! (make dashboards writes it)\n";
my $all = do { local $/; $json->decode(<$in>) };

my $databases = call('GET', '/database');
$databases = $databases->{data} if ref $databases eq 'HASH';
my ($database) = map { $_->{id} } grep { $_->{name} eq $all->{database} } @$databases;
die "Metabase knows no database called $all->{database}, but: " . join(', ', map { $_->{name} } @$databases) . "\n" if !defined $database;

# items_of(COLLECTION, MODEL): ids of what is in it, by name
sub items_of
{
    my ($collection, $model) = @_;
    my %found;
    for (my $offset = 0;; $offset += 100)
    {
        my $items = call('GET', "/collection/$collection/items?models=$model&limit=100&offset=$offset");
        $found{ $_->{name} } //= $_->{id} foreach @{ $items->{data} };
        last if $offset + 100 >= ($items->{total} // 0);
    }
    return \%found;
}

sub collection_of
{
    my ($name, $parent) = @_;
    my $there = items_of($parent // 'root', 'collection');
    return $there->{$name} // call('POST', '/collection', { name => $name, parent_id => $parent })->{id};
}

my $root = collection_of($all->{collection}, undef);
my (%dashboard, %number, @later);
# dashboards first, as cards lead to them
foreach my $page (@{ $all->{pages} })
{
    my $d = $page->{dashboard};
    $page->{id} = collection_of($page->{collection}, $root);
    my $there = items_of($page->{id}, 'dashboard');
    $number{ $d->{entity_id} } = $there->{ $d->{name} } // call('POST', '/dashboard', { name => $d->{name}, collection_id => $page->{id} })->{id};
}

# entity ids of what cards lead to become numbers here
sub numbered
{
    my ($value) = @_;
    return [ map { numbered($_) } @$value ] if ref $value eq 'ARRAY';
    return $value if ref $value ne 'HASH';
    return { map { $_ => $_ eq 'targetId' ? $number{ $value->{$_} } : numbered($value->{$_}) } keys %$value };
}

foreach my $page (@{ $all->{pages} })
{
    my ($there, %card) = (items_of($page->{id}, 'card'));
    foreach my $card (@{ $page->{cards} })
    {
        my $stage = $card->{dataset_query}{stages}[0];
        my %body = (
            name => $card->{name}, description => $card->{description}, display => $card->{display}, type => 'question', collection_id => $page->{id},
            visualization_settings => numbered($card->{visualization_settings}),
            dataset_query => { type => 'native', database => $database, native => { query => $stage->{native}, 'template-tags' => { map { $_->{name} => $_ } @{ $stage->{'template-tags'} } } } });
        my $id = $there->{ $card->{name} };
        $card{ $card->{entity_id} } = defined $id ? call('PUT', "/card/$id", \%body)->{id} // $id : call('POST', '/card', \%body)->{id};
    }
    my $d = $page->{dashboard};
    my $n = 0;
    call('PUT', "/dashboard/$number{ $d->{entity_id} }", {
        name => $d->{name}, description => $d->{description}, width => $d->{width}, parameters => $d->{parameters},
        dashcards => [ map { {
            id => --$n, card_id => defined $_->{card_id} ? $card{ $_->{card_id} } : undef, row => $_->{row}, col => $_->{col}, size_x => $_->{size_x}, size_y => $_->{size_y}, series => [],
            visualization_settings => $_->{visualization_settings},
            parameter_mappings => [ map { { parameter_id => $_->{parameter_id}, target => $_->{target}, card_id => $card{ $_->{card_id} } } } @{ $_->{parameter_mappings} } ] } } @{ $d->{dashcards} } ] });
    print "$d->{name}: ", scalar(@{ $page->{cards} }), " questions, $url/dashboard/$number{ $d->{entity_id} }\n";
}
