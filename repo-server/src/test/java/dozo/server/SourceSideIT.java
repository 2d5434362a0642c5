package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.ErrorCode;
import dozo.format.chunk.CutSink;
import dozo.format.chunk.StreamCutter;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.Protocol;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.Frame;
import dozo.protocol.message.Message;
import dozo.protocol.message.SessionMessage.Chunks;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.Credit;
import dozo.protocol.message.SessionMessage.EndStream;
import dozo.protocol.message.SessionMessage.Progress;
import dozo.protocol.message.SessionMessage.Proof;
import dozo.protocol.message.SessionMessage.Receipt;
import dozo.protocol.message.SessionMessage.ResumeSession;
import dozo.protocol.message.SessionMessage.SessionOpened;
import dozo.protocol.message.SessionMessage.SourceTerms;
import dozo.protocol.message.SessionMessage.StreamGrant;
import dozo.protocol.message.SessionMessage.Verdict;
import dozo.protocol.message.SessionMessage.Wanted;
import dozo.protocol.message.SessionMessage.Zero;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The messages of docs/protocol.md §4.1, from clients that keep the rules and that do not. */
@ExtendWith(LeakCheck.class)
class SourceSideIT {

  private static final int DISK_BYTES = 3 << 20;
  private static final Commit AS_BEGUN = new Commit(null, null);

  @TempDir private Path directory;
  private ServerFixture fixture;
  private Secret token;
  private RawClient client;
  private final byte[] disk = new byte[DISK_BYTES];

  @BeforeEach
  void start() throws IOException {
    new Random(6).nextBytes(disk);
    Arrays.fill(disk, 1 << 20, (1 << 20) + (256 << 10), (byte) 0);
    fixture = ServerFixture.start(directory);
    token = fixture.token(Role.ADMIN);
    client = RawClient.hello(fixture.address(), token);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    fixture.close();
  }

  private SessionOpened begin() throws IOException {
    client.send(1, ServerFixture.plan(DISK_BYTES).withSource());
    return client.expect(SessionOpened.class);
  }

  private static StreamGrant grant(SessionOpened session) {
    return session.streams().getFirst();
  }

  private static int stream(SessionOpened session) {
    return grant(session).channel();
  }

  private static byte[] key(Secret secret) {
    return HexFormat.of().parseHex(secret.reveal());
  }

  private List<Extent> cut(SessionOpened session, int from) throws IOException {
    SourceTerms terms = Objects.requireNonNull(session.source());
    ChunkHasher hasher = new ChunkHasher(key(terms.idKey()));
    List<Extent> runs = new ArrayList<>();
    StreamCutter cutter =
        new StreamCutter(
            terms.chunker(),
            from,
            new byte[StreamCutter.windowBytes(terms.chunker())],
            new CutSink() {
              @Override
              public void chunk(long offset, byte[] window, int at, int length) {
                runs.add(new Extent(offset, length, hasher.id(window, at, length)));
              }

              @Override
              public void hole(long offset, long length) {
                runs.add(new Extent(offset, length, Extent.HOLE));
              }
            });
    cutter.write(ByteBuffer.wrap(disk, from, DISK_BYTES - from));
    cutter.finish();
    return runs;
  }

  private byte[] bytes(Extent chunk) {
    return Arrays.copyOfRange(disk, (int) chunk.offset(), (int) chunk.end());
  }

  private <M extends Message> M next(Class<M> type) throws IOException {
    Frame frame = client.receive();
    while (frame.message() instanceof Progress || frame.message() instanceof Credit) {
      frame = client.receive();
    }
    assertThat(frame.message()).isInstanceOf(type);
    return type.cast(frame.message());
  }

  private void failsNext(int channel, ErrorCode code) throws IOException {
    Frame frame = client.receive();
    while (frame.message() instanceof Progress || frame.message() instanceof Credit) {
      frame = client.receive();
    }
    assertThat(frame.channel()).isEqualTo(channel);
    assertThat(frame.message())
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.code()).as(failure.message()).isEqualTo(code));
  }

  /** Announces, sends what is wanted, one chunk a frame, and commits. */
  private RestorePointId finish(SessionOpened session) throws IOException {
    List<Extent> runs = cut(session, (int) grant(session).offset());
    client.send(stream(session), new Chunks(runs));
    List<Verdict> verdicts = next(Wanted.class).verdicts();
    SourceTerms terms = Objects.requireNonNull(session.source());
    int sent = 0;
    int proved = 0;
    for (int i = 0; i < runs.size(); i++) {
      switch (verdicts.get(i)) {
        case TAKEN -> {}
        case SEND -> client.sendContent(stream(session), sent++, 1, bytes(runs.get(i)));
        case PROVE -> {
          ChunkId proof = new ChunkHasher(key(terms.nonce())).id(bytes(runs.get(i)));
          client.send(stream(session), new Proof(proved++, List.of(proof)));
        }
      }
    }
    client.send(stream(session), new EndStream(DISK_BYTES));
    client.send(session.channel(), AS_BEGUN);
    return next(Receipt.class).restorePoint();
  }

  private void assertStored(RestorePointId point) throws IOException {
    try (DozoConnection connection = fixture.connect(token);
        ChunkSource source = connection.openDisk(point, "disk0")) {
      byte[] read = new byte[DISK_BYTES];
      List<Extent> chunks =
          source.extents(0, Protocol.MAXIMUM_EXTENTS).stream()
              .filter(extent -> !extent.isHole())
              .toList();
      source.fetch(
          chunks,
          (index, plain) -> plain.get(read, (int) chunks.get(index).offset(), plain.remaining()));
      assertThat(read).isEqualTo(disk);
    }
  }

  @Test
  void makesTheSameMapAsBytes() throws IOException {
    RestorePointId byBytes = fixture.push(disk);
    SessionOpened session = begin();
    assertThat(grant(session).source()).isTrue();
    RestorePointId byChunks = finish(session);
    assertThat(map(byChunks)).isEqualTo(map(byBytes));
    assertStored(byChunks);
  }

  private Object map(RestorePointId point) {
    return fixture.repository().restorePoint(point).orElseThrow().disks().getFirst().map();
  }

  @Test
  void goesOnOverAnotherConnectionWhereSomethingIsOwed() throws IOException {
    SessionOpened session = begin();
    List<Extent> runs = cut(session, 0);
    client.send(stream(session), new Chunks(runs));
    assertThat(next(Wanted.class).verdicts()).contains(Verdict.SEND);
    for (int i = 0; i < 5; i++) {
      client.sendContent(stream(session), i, 1, bytes(runs.get(i)));
    }
    await().until(() -> fixture.server().sessions().getFirst().progress().newBytes() > 0);
    client.close();
    client = RawClient.hello(fixture.address(), token);
    client.send(3, new ResumeSession(session.session(), session.secret()));
    SessionOpened resumed = client.expect(SessionOpened.class);
    assertThat(grant(resumed).source()).isTrue();
    assertThat(grant(resumed).offset()).isIn(runs.stream().limit(6).map(Extent::offset).toList());
    assertThat(grant(resumed).creditBytes()).isEqualTo(grant(session).creditBytes());
    assertStored(finish(resumed));
  }

  @Test
  void takesChunksOnlyFromASessionThatAskedForIt() throws IOException {
    client.send(1, ServerFixture.plan(DISK_BYTES));
    SessionOpened session = client.expect(SessionOpened.class);
    assertThat(session.source()).isNull();
    assertThat(grant(session).source()).isFalse();
    client.send(stream(session), new Chunks(List.of(new Extent(0, 9, new ChunkId(1, 2, 3, 4)))));
    failsNext(session.channel(), ErrorCode.PROTOCOL);
  }

  @Test
  void takesNoChunksAfterBytes() throws IOException {
    SessionOpened session = begin();
    client.send(stream(session), new Zero(0, 4096));
    client.send(stream(session), new Chunks(List.of(new Extent(4096, 9, new ChunkId(1, 2, 3, 4)))));
    failsNext(session.channel(), ErrorCode.PROTOCOL);
  }

  @Test
  void endsASessionThatSendsWhatItDidNotAnnounce() throws IOException {
    SessionOpened session = begin();
    client.sendContent(stream(session), 0, 1, new byte[9]);
    failsNext(session.channel(), ErrorCode.PROTOCOL);
  }

  @Test
  void endsASessionThatSendsOtherBytes() throws IOException {
    SessionOpened session = begin();
    List<Extent> runs = cut(session, 0);
    client.send(stream(session), new Chunks(runs));
    next(Wanted.class);
    byte[] wrong = bytes(runs.getFirst());
    wrong[0] ^= 1;
    client.sendContent(stream(session), 0, 1, wrong);
    failsNext(session.channel(), ErrorCode.PROTOCOL);
  }

  @Test
  void endsASessionThatProvesWithAnId() throws IOException {
    fixture.push(disk);
    client.send(
        1,
        ServerFixture.plan(
                new VmRef("default", new UUID(9, 9), "clone", "hv1"),
                List.of((long) DISK_BYTES),
                List.of())
            .withSource());
    SessionOpened session = client.expect(SessionOpened.class);
    List<Extent> runs = cut(session, 0);
    client.send(stream(session), new Chunks(runs));
    assertThat(next(Wanted.class).verdicts()).contains(Verdict.PROVE);
    client.send(stream(session), new Proof(0, List.of(runs.getFirst().id())));
    failsNext(session.channel(), ErrorCode.PROTOCOL);
  }

  @Test
  void endsASessionThatAnnouncesBeyondItsCredit() throws IOException {
    client.send(1, ServerFixture.plan(1L << 40).withSource());
    SessionOpened session = client.expect(SessionOpened.class);
    long credit = grant(session).creditBytes();
    long frames = credit / Protocol.runsCost(Protocol.MAXIMUM_RUNS) + 1;
    for (long i = 0; i < frames; i++) {
      client.send(stream(session), new Chunks(unknown(i * Protocol.MAXIMUM_RUNS)));
    }
    Frame frame = client.receive();
    while (!(frame.message() instanceof Failure)) {
      frame = client.receive();
    }
    assertThat(((Failure) frame.message()).message()).contains("credit");
  }

  private static List<Extent> unknown(long from) {
    return LongStream.range(from, from + Protocol.MAXIMUM_RUNS)
        .mapToObj(at -> new Extent(at, 1, new ChunkId(1, 2, 3, at + 1)))
        .toList();
  }
}
