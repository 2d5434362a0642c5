package dozo.server.channel;

import java.net.InetAddress;

/** Which hosts are this one for sure, so that what is sent there is seen by nobody on the way. */
final class Loopback {

  private Loopback() {}

  /** Whether it is {@code localhost} or a loopback address; no name is looked up. */
  static boolean is(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
