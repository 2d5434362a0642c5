package dozo.protocol.transport;

import dozo.protocol.ClientIdentity;
import dozo.protocol.Protocol;
import dozo.protocol.ServerTrust;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 for one side of the protocol. Whether both sides agreed on {@link Protocol#ALPN} is for
 * the channel to ask once hands are shaken: not every provider refuses by itself.
 *
 * <p>Safe for use by several threads.
 */
public final class TlsContext implements AutoCloseable {

  private static final String TLS_1_3 = "TLSv1.3";
  private static final int HANDSHAKE_SECONDS = 10;

  /** Lets a buffer of many records be encrypted into one, instead of a buffer for each record. */
  private static final int WHOLE_BUFFERS = 0;

  private final SslContext context;
  private final AtomicBoolean closed = new AtomicBoolean();

  private TlsContext(SslContext context) {
    this.context = context;
  }

  /**
   * Makes the client's side, of a client without a certificate.
   *
   * @throws IOException if the authority's certificates cannot be read
   */
  public static TlsContext forClient(ServerTrust trust) throws IOException {
    return forClient(trust, null);
  }

  /**
   * Makes the client's side.
   *
   * @param identity what to show if the server asks
   * @throws IOException if the authority's or the client's files cannot be read
   */
  public static TlsContext forClient(ServerTrust trust, @Nullable ClientIdentity identity)
      throws IOException {
    SslContextBuilder builder = SslContextBuilder.forClient();
    if (identity != null) {
      List<X509Certificate> chain = PemFiles.certificates(identity.certificates());
      builder.keyManager(PemFiles.key(identity.key(), chain.getFirst().getPublicKey()), chain);
    }
    switch (trust) {
      case ServerTrust.Pinned pinned ->
          builder
              .trustManager(new PinnedCertificate(pinned.fingerprint()))
              .endpointIdentificationAlgorithm("");
      case ServerTrust.Authority authority -> {
        try (InputStream certificates = Files.newInputStream(authority.certificates())) {
          builder.trustManager(certificates);
        } catch (IllegalArgumentException e) {
          throw new IOException(
              "The file " + authority.certificates() + " holds no certificates in PEM form", e);
        }
      }
    }
    return build(builder);
  }

  /**
   * Makes the server's side.
   *
   * @param chain the key's certificate, then those between it and its authority
   * @param clientAuthorities a PEM file: who signs the certificates without which no client gets
   *     in; empty if clients need none
   * @throws IOException if TLS cannot use the key, or the file cannot be read
   */
  public static TlsContext forServer(
      PrivateKey key, List<X509Certificate> chain, Optional<Path> clientAuthorities)
      throws IOException {
    SslContextBuilder builder = SslContextBuilder.forServer(key, chain);
    if (clientAuthorities.isPresent()) {
      builder
          .trustManager(ClientCertificates.of(clientAuthorities.get()))
          .clientAuth(ClientAuth.REQUIRE);
    }
    return build(builder);
  }

  private static TlsContext build(SslContextBuilder builder) throws IOException {
    ApplicationProtocolConfig alpn =
        new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            Protocol.ALPN);
    return new TlsContext(
        builder.sslProvider(provider()).protocols(TLS_1_3).applicationProtocolConfig(alpn).build());
  }

  private static SslProvider provider() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
  }

  /** Whose TLS it is, for a log. */
  public static String providerName() {
    return OpenSsl.isAvailable() ? OpenSsl.versionString() : "JDK";
  }

  /** Makes the handler of one of the server's channels. */
  public SslHandler newHandler(ByteBufAllocator allocator) {
    return configure(context.newHandler(allocator));
  }

  /** Makes the handler of a client's channel. */
  public SslHandler newHandler(ByteBufAllocator allocator, String host, int port) {
    return configure(context.newHandler(allocator, host, port));
  }

  private static SslHandler configure(SslHandler handler) {
    handler.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
    handler.setWrapDataSize(WHOLE_BUFFERS);
    return handler;
  }

  /** Frees what the context holds outside the heap; handlers that were made from it go on. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      ReferenceCountUtil.release(context);
    }
  }
}
