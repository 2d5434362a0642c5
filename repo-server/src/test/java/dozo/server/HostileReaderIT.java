package dozo.server;

import static dozo.server.BesiegedServer.AS_BEGUN;
import static dozo.server.BesiegedServer.DISK_BYTES;
import static dozo.server.BesiegedServer.begin;
import static dozo.server.BesiegedServer.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dozo.format.ErrorCode;
import dozo.format.disk.Extent;
import dozo.protocol.message.ConnectionMessage.Ping;
import dozo.protocol.message.ConnectionMessage.Pong;
import dozo.protocol.message.Frame;
import dozo.protocol.message.ReadingMessage.ChunkFailed;
import dozo.protocol.message.ReadingMessage.ChunkPart;
import dozo.protocol.message.ReadingMessage.Disk;
import dozo.protocol.message.ReadingMessage.Extents;
import dozo.protocol.message.ReadingMessage.OpenDisk;
import dozo.protocol.message.ReadingMessage.ReadChunks;
import dozo.protocol.message.ReadingMessage.ReadExtents;
import dozo.protocol.message.SessionMessage.EndStream;
import dozo.protocol.message.SessionMessage.Receipt;
import dozo.protocol.message.SessionMessage.SessionOpened;
import dozo.protocol.message.SessionMessage.Zero;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Clients that ask for what is not theirs, or for more than they take. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileReaderIT {

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
  void sendsAChunkOnlyToWhomKnowsItsPlace() throws IOException {
    try (RawClient client = server.hello()) {
      SessionOpened session = begin(client);
      int stream = session.streams().getFirst().channel();
      client.send(stream, new Zero(0, DISK_BYTES / 2));
      client.sendData(stream, DISK_BYTES / 2, random(DISK_BYTES / 2));
      client.send(stream, new EndStream(DISK_BYTES));
      client.send(session.channel(), AS_BEGUN);
      Receipt receipt = nextReceipt(client);
      client.send(2, new OpenDisk(receipt.restorePoint(), "disk0", null, null));
      int handle = client.expect(Disk.class).handle();
      client.send(handle, new ReadExtents(1, DISK_BYTES / 2, 3));
      List<Extent> extents = client.expect(Extents.class).extents();
      Extent good = extents.get(0);
      Extent other = extents.get(1);
      client.send(
          handle,
          new ReadChunks(
              2,
              List.of(
                  new Extent(good.offset() + 1, good.lengthBytes(), good.id()),
                  new Extent(good.offset(), good.lengthBytes() + 1, good.id()),
                  new Extent(other.offset(), good.lengthBytes(), good.id()),
                  new Extent(0, DISK_BYTES / 2, Extent.HOLE),
                  new Extent(1L << 60, 10, good.id()),
                  good)));
      for (int i = 0; i < 5; i++) {
        ChunkFailed failed = client.expect(ChunkFailed.class);
        assertThat(failed.index()).isEqualTo(i);
        assertThat(failed.failure().code()).isEqualTo(ErrorCode.NOT_FOUND);
      }
      ChunkPart part = client.expect(ChunkPart.class);
      assertThat(part.index()).isEqualTo(5);
      assertThat(part.bytes().readableBytes()).isEqualTo((int) good.lengthBytes());
      part.bytes().release();
      client.send(handle, new ReadExtents(3, DISK_BYTES, 3));
      assertThat(client.expect(ChunkFailed.class).index()).isEqualTo(ChunkFailed.WHOLE_REQUEST);
    }
  }

  private static Receipt nextReceipt(RawClient client) throws IOException {
    Frame frame = client.receive();
    while (!(frame.message() instanceof Receipt)) {
      frame = client.receive();
    }
    return (Receipt) frame.message();
  }

  @Test
  void closesOnAClientThatAsksAndNeverReads() throws IOException {
    byte[] disk = random(DISK_BYTES);
    try (RawClient client = server.hello()) {
      SessionOpened session = begin(client);
      int stream = session.streams().getFirst().channel();
      client.sendData(stream, 0, disk);
      client.send(stream, new EndStream(DISK_BYTES));
      client.send(session.channel(), AS_BEGUN);
      client.send(2, new OpenDisk(nextReceipt(client).restorePoint(), "disk0", null, null));
      int handle = client.expect(Disk.class).handle();
      client.send(handle, new ReadExtents(1, 0, 1000));
      ReadChunks all = new ReadChunks(2, client.expect(Extents.class).extents());
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> {
            while (true) {
              client.send(handle, all);
            }
          });
    }
    try (RawClient client = server.hello()) {
      client.send(Frame.CONNECTION, new Ping());
      assertThat(client.receive().message()).isEqualTo(new Pong());
    }
  }
}
