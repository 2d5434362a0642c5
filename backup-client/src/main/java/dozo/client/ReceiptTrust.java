package dozo.client;

import dozo.format.Fault;
import dozo.format.UntrustedServerException;
import java.io.IOException;
import java.util.UUID;

/** Decides whose receipts count. That a receipt's signature fits its key was checked before. */
@FunctionalInterface
public interface ReceiptTrust {

  /** Takes any key: the server was authenticated, and that is enough. */
  ReceiptTrust ANY = (repository, publicKey) -> {};

  /**
   * Accepts a key or does not.
   *
   * @param publicKey the repository's receipt key, in base64
   * @throws UntrustedServerException if receipts with this key do not count
   */
  void check(UUID repository, String publicKey) throws IOException;

  /** Takes one key only. */
  static ReceiptTrust pinned(String expected) {
    return (repository, publicKey) -> {
      if (!publicKey.equals(expected)) {
        throw wrongKey(repository, expected, publicKey);
      }
    };
  }

  /** The fault of a receipt that another key signed. */
  static UntrustedServerException wrongKey(UUID repository, String expected, String actual) {
    return new UntrustedServerException(
        Fault.of("The receipt was signed with another key than expected")
            .in("repository " + repository)
            .expected(expected)
            .actual(actual)
            .cure("find out whether this is another repository before you rely on this backup"));
  }
}
