package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.Protocol;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.client.RemoteSession;
import dozo.protocol.message.ListingMessage.ListVms;
import dozo.protocol.message.ListingMessage.Vms;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.SessionOpened;
import dozo.server.net.NetworkLimits;
import dozo.server.session.SessionLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/**
 * A server that hostile clients are let loose on. While all of it goes on a well-behaved client has
 * a session open, whose restore point must still come to be in the end.
 */
final class BesiegedServer implements AutoCloseable {

  static final int DISK_BYTES = 1 << 20;
  static final Commit AS_BEGUN = new Commit(null, null);

  private final ServerFixture fixture;
  private final DozoConnection bystander;
  private final RemoteSession bystanderSession;
  private final Secret admin;

  private BesiegedServer(ServerFixture fixture) throws IOException {
    this.fixture = fixture;
    admin = fixture.token(Role.ADMIN);
    bystander = fixture.connect(Role.BACKUP);
    bystanderSession = bystander.beginSession(ServerFixture.plan(2L * DISK_BYTES));
    bystanderSession.stream("disk0").data(ByteBuffer.wrap(random(DISK_BYTES)));
  }

  /** Starts it, with little patience and few sessions for a token. */
  static BesiegedServer start(Path directory) throws IOException {
    return new BesiegedServer(
        ServerFixture.start(
            directory,
            it ->
                it.withNetwork(
                        NetworkLimits.STANDARD
                            .withMaximumRefusals(2)
                            .withPatience(
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(1)))
                    .withSessions(SessionLimits.STANDARD.withMaximum(8, 4))));
  }

  ServerFixture fixture() {
    return fixture;
  }

  /** The token that {@link #hello} uses. */
  Secret admin() {
    return admin;
  }

  /** Connects and says nothing but the protocol's name. */
  RawClient connect() throws IOException {
    return RawClient.connect(fixture.address(), Protocol.ALPN);
  }

  /** Connects as an admin. */
  RawClient hello() throws IOException {
    return RawClient.hello(fixture.address(), admin);
  }

  /** The connection is still good. */
  static void assertServes(RawClient client) throws IOException {
    client.send(99, new ListVms());
    client.expect(Vms.class);
  }

  /** Begins a session of one disk of {@link #DISK_BYTES}. */
  static SessionOpened begin(RawClient client) throws IOException {
    client.send(1, ServerFixture.plan(DISK_BYTES));
    return client.expect(SessionOpened.class);
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** Ends it, when the bystander has had what he came for. */
  @Override
  public void close() throws IOException {
    bystanderSession.stream("disk0").data(ByteBuffer.wrap(random(DISK_BYTES)));
    bystanderSession.stream("disk0").end();
    assertThat(bystanderSession.commit(AS_BEGUN).restorePoint()).isNotNull();
    bystander.close();
    fixture.close();
  }
}
