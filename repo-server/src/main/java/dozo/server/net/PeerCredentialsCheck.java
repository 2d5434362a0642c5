package dozo.server.net;

import dozo.server.auth.Principal;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the kernel who is at the other end of a Unix socket. */
final class PeerCredentialsCheck {

  private static final Logger log = LoggerFactory.getLogger(PeerCredentialsCheck.class);
  private static final int ROOT = 0;

  private final int ownUser;

  /**
   * Makes a check.
   *
   * @param ownUser the user that the server runs as
   */
  PeerCredentialsCheck(int ownUser) {
    this.ownUser = ownUser;
  }

  /** Lets in root and the server's own user; everybody else needs a token. */
  Optional<Principal> principal(Channel channel) {
    if (channel instanceof EpollDomainSocketChannel unix) {
      try {
        int user = unix.peerCredentials().uid();
        if (user == ROOT || user == ownUser) {
          return Optional.of(Principal.LOCAL);
        }
      } catch (IOException e) {
        log.warn("The kernel does not say who is at the other end of a Unix socket", e);
      }
    }
    return Optional.empty();
  }
}
