package dozo.cli.doctor;

import dozo.protocol.transport.TlsContext;
import dozo.protocol.transport.Transport;
import java.util.function.Consumer;

/** Whether the faster, native ways of the network can be gone. */
final class NativeChecks {

  private NativeChecks() {}

  static void run(Consumer<Finding> told) {
    String cure =
        "nothing if this machine is no x86-64 Linux; else see to the temporary files, where natives"
            + " are unpacked";
    try (Transport transport = Transport.open("dozo-doctor", 1)) {
      String kind = transport.kind();
      told.accept(
          kind.contains("epoll")
              ? Finding.ok("network", kind)
              : Finding.warning("network", kind + " instead of epoll: slower", cure));
    }
    String tls = TlsContext.providerName();
    told.accept(
        tls.startsWith("BoringSSL")
            ? Finding.ok("tls", tls)
            : Finding.warning("tls", tls + " instead of BoringSSL: slower", cure));
  }
}
