package dozo.server;

import static dozo.server.BesiegedServer.random;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ErrorCode;
import dozo.protocol.Protocol;
import dozo.protocol.message.ConnectionMessage.Hello;
import dozo.protocol.message.ConnectionMessage.Welcome;
import dozo.protocol.message.Frame;
import dozo.protocol.message.ListingMessage.ListVms;
import dozo.protocol.message.ListingMessage.Vms;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What clients send that is no TLS, no frame, or no message in its place. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileFramesIT {

  @TempDir static Path directory;
  private BesiegedServer server;

  @BeforeAll
  void start() throws IOException {
    server = BesiegedServer.start(directory);
  }

  @AfterAll
  void leavesTheBystanderAlone() throws IOException {
    server.close();
  }

  @Test
  void closesOnGarbageInsteadOfTls() throws IOException {
    try (RawClient client = RawClient.plain(server.fixture().address())) {
      client.send(random(1000));
      client.socket().shutdownOutput();
      client.socket().getInputStream().readAllBytes();
    }
  }

  @Test
  void closesOnGarbageInsteadOfFrames() throws IOException {
    try (RawClient client = server.hello()) {
      client.send(random(1000));
      client.expectFailure(Frame.CONNECTION, ErrorCode.PROTOCOL);
      client.expectClosed();
    }
  }

  @Test
  void closesOnAFrameThatIsTooLong() throws IOException {
    try (RawClient client = server.hello()) {
      client.send(
          Unpooled.buffer()
              .writeIntLE(Protocol.MAXIMUM_FRAME_BYTES + 1)
              .writeByte(0x12)
              .writeZero(7));
      client.expectFailure(Frame.CONNECTION, ErrorCode.PROTOCOL);
      client.expectClosed();
    }
  }

  @Test
  void closesOnAnythingBeforeHello() throws IOException {
    try (RawClient client = server.connect()) {
      client.send(1, new ListVms());
      client.expectFailure(Frame.CONNECTION, ErrorCode.PROTOCOL);
      client.expectClosed();
    }
  }

  @Test
  void closesOnASecondHello() throws IOException {
    try (RawClient client = server.hello()) {
      client.send(Frame.CONNECTION, new Hello(1, "raw", server.admin()));
      client.expectFailure(Frame.CONNECTION, ErrorCode.PROTOCOL);
      client.expectClosed();
    }
  }

  @Test
  void closesOnAMessageOfAServers() throws IOException {
    try (RawClient client = server.hello()) {
      client.send(1, new Vms(List.of(), false));
      client.expectFailure(Frame.CONNECTION, ErrorCode.PROTOCOL);
      client.expectClosed();
    }
  }

  @Test
  void refusesAnotherVersion() throws IOException {
    try (RawClient client = server.connect()) {
      client.send(Frame.CONNECTION, new Hello(2, "raw", server.admin()));
      client.expectFailure(Frame.CONNECTION, ErrorCode.VERSION);
      client.expectClosed();
    }
  }

  @Test
  void closesWithoutTheProtocolsNameInTls() throws IOException {
    try (RawClient client = RawClient.connect(server.fixture().address())) {
      client.expectClosed();
    }
  }

  @Test
  void closesWhenHelloDoesNotCome() throws IOException {
    try (RawClient client = server.connect()) {
      client.expectClosed();
    }
  }

  @Test
  void welcomesAWellBehavedClientOverTheJdksTls() throws IOException {
    try (RawClient client = server.connect()) {
      client.send(Frame.CONNECTION, new Hello(1, "raw", server.admin()));
      assertThat(client.expect(Welcome.class).repository())
          .isEqualTo(server.fixture().repository().identity().id());
    }
  }
}
