# An independent verifier of a published ledger, by perl's core modules and openssl only:
#     perl verify_ledger.pl FOLDER PUBLIC-KEY [WITNESS-KEY…]
# It knows the specifications (RFC 6962, c2sp.org tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature) and nothing of
# this project. Prints the size and root; says what is wrong and exits with 1 otherwise.
use strict;
use warnings;
use Digest::SHA qw(sha256);
use MIME::Base64 qw(decode_base64 encode_base64);
use File::Temp qw(tempdir);

my ($folder, @keys) = @ARGV;
sub slurp { open my $f, '<:raw', $_[0] or die "$_[0]: $!\n"; local $/; my $c = <$f>; return $c }

# Root by the definition of RFC 6962.
sub mth {
    my @d = @_;
    return sha256('') unless @d;
    return sha256("\0" . $d[0]) if @d == 1;
    my $k = 1;
    $k *= 2 while $k * 2 < @d;
    return sha256("\1" . mth(@d[0 .. $k - 1]) . mth(@d[$k .. $#d]));
}

sub tile_name {
    my ($level, $n, $width) = @_;
    my $path = sprintf '%03d', $n % 1000;
    while ($n >= 1000) { $n = int($n / 1000); $path = sprintf('x%03d/', $n % 1000) . $path }
    return "tile/$level/$path" . ($width < 256 ? ".p/$width" : '');
}

my ($text, $signatures) = slurp("$folder/checkpoint") =~ /\A(.*\n)\n((?:\xE2\x80\x94 [^\n]+\n)+)\z/s or die "no note\n";
my ($origin, $size, $root) = split /\n/, $text;
my $temporary = tempdir(CLEANUP => 1);
for my $key (@keys) {
    chomp(my $vkey = -e $key ? slurp($key) : $key);
    my ($name, $id, $encoded) = split /\+/, $vkey, 3;
    my $raw = decode_base64($encoded);
    my $hash = substr sha256("$name\n$raw"), 0, 4;
    die "the id of $name is wrong\n" unless $id eq unpack 'H*', $hash;
    my ($line) = grep { /\A\xE2\x80\x94 \Q$name\E / && substr(decode_base64((split / /)[2]), 0, 4) eq $hash } split /\n/, $signatures;
    die "$name has not signed\n" unless $line;
    my $signature = substr decode_base64((split / /, $line)[2]), 4;
    my $message = $text;
    if (ord $raw == 4) {
        my ($high, $low) = unpack 'NN', $signature;
        $message = "cosignature/v1\ntime " . ($high * 2**32 + $low) . "\n$text";
        $signature = substr $signature, 8;
    }
    # The public key as openssl reads it: a fixed prefix says that it is Ed25519.
    my %file = (key => pack('H*', '302a300506032b6570032100') . substr($raw, 1), message => $message, signature => $signature);
    for (keys %file) { open my $f, '>:raw', "$temporary/$_" or die; print $f $file{$_}; close $f }
    system('openssl', 'pkeyutl', '-verify', '-pubin', '-keyform', 'DER', '-inkey', "$temporary/key", '-rawin', '-in',
        "$temporary/message", '-sigfile', "$temporary/signature", '-out', '/dev/null') == 0 or die "$name: openssl refuses the signature\n";
}

my @entries;
for (my $n = 0; $n * 256 < $size; $n++) {
    my $width = $size - $n * 256 < 256 ? $size - $n * 256 : 256;
    my $bundle = slurp("$folder/" . tile_name('entries', $n, $width));
    while (length $bundle) { push @entries, unpack('n/a', $bundle); substr $bundle, 0, 2 + length $entries[-1], '' }
}
die "entries are missing\n" unless @entries == $size;
die "the root is another\n" unless encode_base64(mth(@entries), '') eq $root;
for (my ($level, $span) = (0, 1); $span <= $size; $level++, $span *= 256) {
    my $count = int($size / $span);
    for (my $n = 0; $n * 256 < $count; $n++) {
        my $width = $count - $n * 256 < 256 ? $count - $n * 256 : 256;
        my $tile = slurp("$folder/" . tile_name($level, $n, $width));
        my $expected = join '', map { my $at = ($n * 256 + $_) * $span; mth(@entries[$at .. $at + $span - 1]) } 0 .. $width - 1;
        die tile_name($level, $n, $width) . " is wrong\n" unless $tile eq $expected;
    }
}
print "$origin $size $root\n";
