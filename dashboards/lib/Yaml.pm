# Just enough YAML to write: maps in order of their keys, lists, strings that
# are quoted as in JSON, and blocks for what has many lines.
package Yaml;
use strict;
use warnings;
use Exporter qw(import);
use JSON::PP ();
our @EXPORT_OK = qw(yaml);

my $json = JSON::PP->new->allow_nonref;

sub scalar_of
{
    my ($value, $indent) = @_;
    return 'null' if !defined $value;
    return $value ? 'true' : 'false' if JSON::PP::is_bool($value);
    # a number only when it was made as one
    return $value if $json->encode($value) =~ /^-?[0-9]/;
    return "|-\n" . join("\n", map { $_ eq '' ? '' : (' ' x $indent) . $_ } split /\n/, $value) if $value =~ /\n/ && $value !~ /^\s|[ \t]\n|[^\n]\n\z|\t/;
    return $json->encode($value);
}

sub write_value
{
    my ($value, $indent) = @_;
    my $pad = ' ' x $indent;
    if (ref $value eq 'HASH' && %$value)
    {
        return "\n" . join('', map { "$pad" . ($_ =~ /^[A-Za-z_][\w.-]*$/ && $_ !~ /^(y|n|yes|no|on|off|true|false|null)$/i ? $_ : $json->encode($_)) . ':' . write_value($value->{$_}, $indent + 2) } sort keys %$value);
    }
    if (ref $value eq 'ARRAY' && @$value)
    {
        return "\n" . join('', map { my $item = write_value($_, $indent + 2); $item =~ s/^\n\s*/ /; "$pad-$item" } @$value);
    }
    return ref $value eq 'HASH' ? " {}\n" : ref $value eq 'ARRAY' ? " []\n" : ' ' . scalar_of($value, $indent) . "\n";
}

sub yaml { return write_value($_[0], 0) =~ s/^\n//r; }

1;
