package dozo.server.admin;

import dozo.server.certificate.ServerCertificate;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.concurrent.Executors;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Serves the API over HTTPS, with the certificate that the protocol also shows. */
public final class AdminServer implements AutoCloseable {

  private static final int MAXIMUM_BODY_BYTES = 64 << 10;
  private static final int MAXIMUM_HEADER_BYTES = 8 << 10;

  /** For Jetty's own work; each request gets a virtual thread, and may wait on it. */
  private static final int MAXIMUM_THREADS = 32;

  /** What all clients together may have open: some 100 KiB each. */
  private static final int MAXIMUM_CONNECTIONS = 1_024;

  private static final int MINIMUM_THREADS = 4;
  private static final int IDLE_MILLISECONDS = 30_000;
  private static final int BACKLOG = 128;

  private final Javalin javalin;
  private final AdminApi api;
  private final SslContextFactory.Server tls;

  private AdminServer(Javalin javalin, AdminApi api, SslContextFactory.Server tls) {
    this.javalin = javalin;
    this.api = api;
    this.tls = tls;
  }

  /**
   * Starts to serve.
   *
   * @param address where; port 0 takes a free one
   * @throws BindException if the address cannot be listened on
   */
  public static AdminServer start(
      InetSocketAddress address, ServerCertificate certificate, AdminParts parts)
      throws IOException {
    SslContextFactory.Server tls = tls(certificate);
    AdminApi api = new AdminApi(parts);
    Javalin javalin = Javalin.create(config -> configure(config, address, tls, api));
    try {
      javalin.start();
    } catch (JavalinBindException e) {
      BindException exception =
          new BindException(
              "Cannot listen on "
                  + address
                  + ". What to do: see whether another server runs there, or give another port.");
      exception.initCause(e);
      throw exception;
    }
    return new AdminServer(javalin, api, tls);
  }

  private static void configure(
      JavalinConfig config, InetSocketAddress address, SslContextFactory.Server tls, AdminApi api) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.maxRequestSize = MAXIMUM_BODY_BYTES;
    config.http.prefer405over404 = true;
    QueuedThreadPool threads = new QueuedThreadPool(MAXIMUM_THREADS, MINIMUM_THREADS);
    threads.setName("dozo-admin");
    threads.setDaemon(true);
    // Whoever sends a request byte by byte holds a virtual thread up, and not one of a few.
    threads.setVirtualThreadsExecutor(
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("dozo-admin-request-", 0).factory()));
    config.jetty.threadPool = threads;
    config.jetty.modifyServer(
        server -> server.addBean(new NetworkConnectionLimit(MAXIMUM_CONNECTIONS, server)));
    config.jetty.addConnector((server, http) -> connector(server, http, address, tls));
    RequestIds.addTo(config.routes);
    Problems.addTo(config.routes);
    AdminPage.addTo(config.routes);
    api.addTo(config.routes);
  }

  private static Connector connector(
      Server server,
      HttpConfiguration http,
      InetSocketAddress address,
      SslContextFactory.Server tls) {
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAXIMUM_HEADER_BYTES);
    // Clients reach a server by whichever name or address it has; its fingerprint is its identity.
    http.addCustomizer(new SecureRequestCustomizer(false));
    ServerConnector connector =
        new ServerConnector(
            server, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(http));
    connector.setHost(address.getHostString());
    connector.setPort(address.getPort());
    connector.setIdleTimeout(IDLE_MILLISECONDS);
    connector.setAcceptQueueSize(BACKLOG);
    return connector;
  }

  private static SslContextFactory.Server tls(ServerCertificate certificate) throws IOException {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStore(keyStore(certificate));
    tls.setKeyStorePassword("");
    tls.setIncludeProtocols("TLSv1.3");
    return tls;
  }

  private static KeyStore keyStore(ServerCertificate certificate) throws IOException {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry(
          "server",
          certificate.key(),
          new char[0],
          certificate.chain().toArray(Certificate[]::new));
      return keys;
    } catch (GeneralSecurityException e) {
      throw new IOException("Java's TLS does not take the server's certificate", e);
    }
  }

  /**
   * Shows clients that come from now on another certificate.
   *
   * @throws IOException if TLS cannot use it
   */
  public void show(ServerCertificate certificate) throws IOException {
    KeyStore keys = keyStore(certificate);
    try {
      tls.reload(factory -> factory.setKeyStore(keys));
    } catch (Exception e) { // Jetty declares no narrower one.
      throw new IOException("The admin API cannot show another certificate", e);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return javalin.port();
  }

  /** Stops serving. */
  @Override
  public void close() {
    api.close();
    javalin.stop();
  }
}
