package dozo.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.format.ChunkId;
import dozo.format.ErrorCode;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.disk.DiskRange;
import dozo.format.disk.Extent;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.ConsistencyLevel;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.IngestStatistics;
import dozo.format.manifest.MapRoot;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.DiskSpec;
import dozo.protocol.FileSpec;
import dozo.protocol.LeaseSummary;
import dozo.protocol.Protocol;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.VmSummary;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.ConnectionMessage.GoingAway;
import dozo.protocol.message.ConnectionMessage.Hello;
import dozo.protocol.message.ConnectionMessage.Ping;
import dozo.protocol.message.ConnectionMessage.Pong;
import dozo.protocol.message.ConnectionMessage.Welcome;
import dozo.protocol.message.Frame;
import dozo.protocol.message.LeaseMessage.EndLease;
import dozo.protocol.message.LeaseMessage.LeaseNoted;
import dozo.protocol.message.LeaseMessage.Leases;
import dozo.protocol.message.LeaseMessage.ListLeases;
import dozo.protocol.message.LeaseMessage.TakeLease;
import dozo.protocol.message.ListingMessage.ListRestorePoints;
import dozo.protocol.message.ListingMessage.ListVms;
import dozo.protocol.message.ListingMessage.RestorePoints;
import dozo.protocol.message.ListingMessage.Vms;
import dozo.protocol.message.Message;
import dozo.protocol.message.MessageType;
import dozo.protocol.message.ReadingMessage.ChunkFailed;
import dozo.protocol.message.ReadingMessage.ChunkPart;
import dozo.protocol.message.ReadingMessage.CloseDisk;
import dozo.protocol.message.ReadingMessage.CompareDisk;
import dozo.protocol.message.ReadingMessage.Comparison;
import dozo.protocol.message.ReadingMessage.Disk;
import dozo.protocol.message.ReadingMessage.Extents;
import dozo.protocol.message.ReadingMessage.OpenDisk;
import dozo.protocol.message.ReadingMessage.Presence;
import dozo.protocol.message.ReadingMessage.ReadChunks;
import dozo.protocol.message.ReadingMessage.ReadExtents;
import dozo.protocol.message.ReadingMessage.ReadPresence;
import dozo.protocol.message.ReadingMessage.SegmentPart;
import dozo.protocol.message.SessionMessage.Abort;
import dozo.protocol.message.SessionMessage.BeginSession;
import dozo.protocol.message.SessionMessage.Check;
import dozo.protocol.message.SessionMessage.Chunks;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.Content;
import dozo.protocol.message.SessionMessage.Credit;
import dozo.protocol.message.SessionMessage.Data;
import dozo.protocol.message.SessionMessage.EndStream;
import dozo.protocol.message.SessionMessage.Keep;
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
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** One message of each type, the same in every run, for the golden frames. */
final class Samples {

  static final UUID VM_ID = UUID.fromString("6f9619ff-8b86-d011-b42d-00c04fc964ff");
  static final VmRef VM = new VmRef("default", VM_ID, "web", "hv1");
  static final RestorePointId POINT = RestorePointId.parse("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
  static final Instant TIME = Instant.parse("2026-11-21T12:00:00.123Z");
  static final ChunkId ID = new ChunkId(0x0102030405060708L, -2, 3, 4);
  static final Consistency CONSISTENCY =
      new Consistency(
          ConsistencyLevel.APPLICATION,
          ConsistencyLevel.FILESYSTEM,
          "qemu-guest-agent",
          "a writer failed",
          Optional.of(TIME),
          Optional.empty(),
          List.of(new Consistency.Writer("SqlServerWriter", "failed")));
  static final RestorePoint RESTORE_POINT =
      new RestorePoint(
          POINT,
          TIME,
          VM,
          "default",
          CONSISTENCY,
          List.of(
              new DiskEntry(
                  "disk0", new DiskGeometry(1 << 20, 512, 4096), VM_ID, new MapRoot(ID, 2, 4096))),
          List.of(new FileEntry("config.xml", 4711, new MapRoot(ID, 0, 4711))),
          new TreeMap<>(java.util.Map.of("source", "raw")),
          new IngestStatistics(1, 2, 3, 4, 1500));
  static final byte[] BYTES = "bytes of a disk".getBytes(UTF_8);

  private Samples() {}

  /** A message of that type, on a channel such as it travels on. */
  static Frame of(MessageType type) {
    return switch (type) {
      case HELLO -> Frame.ofConnection(new Hello(1, "dozo/0.1", Secret.of("token")));
      case WELCOME ->
          Frame.ofConnection(
              new Welcome(1, "dozo/0.1", VM_ID, Role.BACKUP, Protocol.MAXIMUM_FRAME_BYTES, 20));
      case PING -> Frame.ofConnection(new Ping());
      case PONG -> Frame.ofConnection(new Pong());
      case GOING_AWAY -> Frame.ofConnection(new GoingAway("maintenance"));
      case ERROR -> new Frame(7, new Failure(ErrorCode.NO_SPACE, "The disk is full.", true));
      case BEGIN_SESSION ->
          new Frame(
              1,
              new BeginSession(
                  VM,
                  List.of(new DiskSpec("disk0", 1 << 20, 512, 4096, VM_ID)),
                  List.of(new FileSpec("config.xml", 4711)),
                  CONSISTENCY,
                  new TreeMap<>(java.util.Map.of("source", "raw"))));
      case RESUME_SESSION -> new Frame(2, new ResumeSession(VM_ID, Secret.of("aa".repeat(32))));
      case SESSION ->
          new Frame(
              1,
              new SessionOpened(
                  VM_ID,
                  Secret.of("aa".repeat(32)),
                  0x8000_0001,
                  List.of(new StreamGrant("disk0", 0x8000_0002, 4096, 1 << 22, 0, null, true)),
                  POINT,
                  new SourceTerms(
                      Secret.of("bb".repeat(32)),
                      Secret.of("cc".repeat(32)),
                      ChunkerParameters.standard())));
      case DATA -> new Frame(0x8000_0002, new Data(4096, Unpooled.wrappedBuffer(BYTES), 4096));
      case ZERO -> new Frame(0x8000_0002, new Zero(4111, 1L << 40));
      case KEEP -> new Frame(0x8000_0002, new Keep(4111, 1L << 40));
      case CHECK -> new Frame(0x8000_0002, new Check(1 << 20, 65_536, "cd".repeat(32)));
      case CHUNKS ->
          new Frame(
              0x8000_0002,
              new Chunks(
                  List.of(new Extent(4096, 100, ID), new Extent(4196, 1 << 16, Extent.HOLE))));
      case WANTED ->
          new Frame(
              0x8000_0002, new Wanted(4096, List.of(Verdict.SEND, Verdict.TAKEN, Verdict.PROVE)));
      case CONTENT ->
          new Frame(
              0x8000_0002,
              new Content(5, 2, BYTES.length, false, Unpooled.wrappedBuffer(BYTES), 4096));
      case PROOF -> new Frame(0x8000_0002, new Proof(7, List.of(ID, ID)));
      case END_STREAM -> new Frame(0x8000_0002, new EndStream(1L << 41));
      case CREDIT -> new Frame(0x8000_0002, new Credit(1 << 20));
      case COMMIT -> new Frame(0x8000_0001, new Commit(null, null));
      case PROGRESS -> new Frame(0x8000_0001, new Progress(4, 3, 2, 1));
      case RECEIPT ->
          new Frame(
              0x8000_0001,
              new Receipt(
                  POINT, TIME, "bb".repeat(32), "c2ln", "a2V5", RESTORE_POINT.statistics()));
      case ABORT -> new Frame(0x8000_0001, new Abort());
      case TAKE_LEASE ->
          new Frame(
              7,
              new TakeLease(
                  VM_ID, new VmRef("default", VM_ID, "web", "hv1"), "hook", "/dev/vg/web-snap"));
      case END_LEASE -> new Frame(7, new EndLease(VM_ID));
      case LEASE_NOTED -> new Frame(7, new LeaseNoted());
      case LIST_LEASES -> new Frame(8, new ListLeases());
      case LEASES ->
          new Frame(
              8,
              new Leases(
                  List.of(
                      new LeaseSummary(
                          VM_ID,
                          new VmRef("default", VM_ID, "web", "hv1"),
                          "hook",
                          "/dev/vg/web-snap",
                          TIME)),
                  false));
      case LIST_VMS -> new Frame(3, new ListVms());
      case VMS ->
          new Frame(
              3,
              new Vms(
                  List.of(new VmSummary("default", VM_ID, "web", "hv1", 3, TIME, POINT)), false));
      case LIST_RESTORE_POINTS -> new Frame(4, new ListRestorePoints("default", null, POINT, 10));
      case RESTORE_POINTS -> new Frame(4, new RestorePoints(List.of(RESTORE_POINT), true));
      case OPEN_DISK -> new Frame(5, new OpenDisk(POINT, "disk0", null, true));
      case DISK -> new Frame(5, new Disk(0x8000_0003, 1 << 20, 4096));
      case READ_EXTENTS -> new Frame(0x8000_0003, new ReadExtents(1, 4096, 100));
      case EXTENTS ->
          new Frame(
              0x8000_0003,
              new Extents(
                  1, List.of(new Extent(4096, 100, ID), new Extent(4196, 1 << 16, Extent.HOLE))));
      case READ_CHUNKS ->
          new Frame(0x8000_0003, new ReadChunks(2, List.of(new Extent(4096, 100, ID))));
      case CHUNK -> new Frame(0x8000_0003, new ChunkPart(2, 0, 0, Unpooled.wrappedBuffer(BYTES)));
      case SEGMENT ->
          new Frame(
              0x8000_0003,
              new SegmentPart(
                  2, List.of(0, 2), 4096, true, BYTES.length, 0, Unpooled.wrappedBuffer(BYTES)));
      case CHUNK_FAILED ->
          new Frame(
              0x8000_0003,
              new ChunkFailed(
                  2, 0, new Failure(ErrorCode.CORRUPT, "The segment does not open.", false)));
      case READ_PRESENCE -> new Frame(0x8000_0003, new ReadPresence(3, 1 << 20, 4, 9));
      case PRESENCE ->
          new Frame(0x8000_0003, new Presence(3, 4, 9, BitSet.valueOf(new long[] {0b1_0000_0101})));
      case COMPARE_DISK -> new Frame(6, new CompareDisk(POINT, "disk0", POINT, 4096));
      case COMPARISON ->
          new Frame(
              6,
              new Comparison(Secret.of("ab".repeat(32)), List.of(new DiskRange(4096, 100)), 4196L));
      case CLOSE_DISK -> new Frame(0x8000_0003, new CloseDisk());
    };
  }

  /** The bytes of a frame. */
  static byte[] encode(Frame frame) {
    UnpooledByteBufAllocator heap = new UnpooledByteBufAllocator(false);
    ByteBuf bytes =
        switch (frame.message()) {
          case Data data ->
              BulkFrames.data(heap, frame.channel(), data.offset(), nio(data.bytes()));
          case Content content ->
              BulkFrames.content(
                  heap,
                  frame.channel(),
                  content.number(),
                  content.count(),
                  content.plainBytes(),
                  content.packed(),
                  nio(content.bytes()));
          case ChunkPart part ->
              BulkFrames.chunk(
                  heap,
                  frame.channel(),
                  part.request(),
                  part.index(),
                  part.partOffset(),
                  nio(part.bytes()));
          case SegmentPart part ->
              BulkFrames.segment(
                  heap,
                  frame.channel(),
                  part.request(),
                  part.indices(),
                  part.plainBytes(),
                  part.isCompressed(),
                  nio(part.bytes()));
          default -> encodeWhole(frame);
        };
    byte[] array = new byte[bytes.readableBytes()];
    bytes.readBytes(array).release();
    return array;
  }

  private static ByteBuf encodeWhole(Frame frame) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameEncoder());
    channel.writeOutbound(frame);
    ByteBuf bytes = channel.readOutbound();
    channel.finishAndReleaseAll();
    return bytes;
  }

  private static ByteBuffer nio(ByteBuf bytes) {
    return bytes.nioBuffer();
  }

  /** Makes what cannot be compared comparable: the bytes of disk become text, the rest stays. */
  static Object comparable(Message message) {
    return switch (message) {
      case Data data -> List.of(data.offset(), data.bytes().toString(UTF_8), data.costBytes());
      case Content content ->
          List.of(
              content.number(),
              content.count(),
              content.plainBytes(),
              content.packed(),
              content.bytes().toString(UTF_8),
              content.costBytes());
      case ChunkPart part ->
          List.of(part.request(), part.index(), part.partOffset(), part.bytes().toString(UTF_8));
      case SegmentPart part ->
          List.of(
              part.request(),
              part.indices(),
              part.plainBytes(),
              part.isCompressed(),
              part.packedBytes(),
              part.partOffset(),
              part.bytes().toString(UTF_8));
      default -> message;
    };
  }
}
