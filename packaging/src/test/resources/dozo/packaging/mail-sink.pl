# mail-sink.pl PORT: takes every mail, and prints what the other side says. Of Perl it needs what a bare
# Debian has.
use strict;
use warnings;
use IO::Socket::INET;

$| = 1;
my $listening = IO::Socket::INET->new(
  Listen => 1, LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], ReuseAddr => 1) or die $!;
while (my $client = $listening->accept) {
  print $client "220 sink\r\n";
  my $in_mail = 0;
  while (my $line = <$client>) {
    print $line;
    if ($in_mail) {
      next unless $line =~ /^\.\r?$/;
      $in_mail = 0;
      print $client "250 taken\r\n";
    } elsif ($line =~ /^DATA/) {
      $in_mail = 1;
      print $client "354 go on\r\n";
    } elsif ($line =~ /^QUIT/) {
      print $client "221 bye\r\n";
      last;
    } else {
      print $client "250 ok\r\n";
    }
  }
  close $client;
}
