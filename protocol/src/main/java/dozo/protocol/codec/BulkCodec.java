package dozo.protocol.codec;

import static dozo.protocol.Protocol.MAXIMUM_CHUNKS;
import static dozo.protocol.Protocol.MAXIMUM_EXTENTS;
import static dozo.protocol.Protocol.MAXIMUM_PRESENCE_BLOCKS;
import static dozo.protocol.Protocol.MAXIMUM_RUNS;

import dozo.format.ChunkId;
import dozo.format.disk.Extent;
import dozo.protocol.Protocol;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.ConnectionMessage.Ping;
import dozo.protocol.message.ConnectionMessage.Pong;
import dozo.protocol.message.Message;
import dozo.protocol.message.MessageType;
import dozo.protocol.message.ReadingMessage.ChunkFailed;
import dozo.protocol.message.ReadingMessage.CloseDisk;
import dozo.protocol.message.ReadingMessage.Extents;
import dozo.protocol.message.ReadingMessage.Presence;
import dozo.protocol.message.ReadingMessage.ReadChunks;
import dozo.protocol.message.ReadingMessage.ReadExtents;
import dozo.protocol.message.ReadingMessage.ReadPresence;
import dozo.protocol.message.SessionMessage.Abort;
import dozo.protocol.message.SessionMessage.Check;
import dozo.protocol.message.SessionMessage.Chunks;
import dozo.protocol.message.SessionMessage.Content;
import dozo.protocol.message.SessionMessage.Credit;
import dozo.protocol.message.SessionMessage.EndStream;
import dozo.protocol.message.SessionMessage.Keep;
import dozo.protocol.message.SessionMessage.Proof;
import dozo.protocol.message.SessionMessage.Verdict;
import dozo.protocol.message.SessionMessage.Wanted;
import dozo.protocol.message.SessionMessage.Zero;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;

/**
 * The payloads of bulk messages. Reading consumes what belongs to the message; the caller has
 * checked that the payload has a length that its type may have.
 */
final class BulkCodec {

  private static final int MINIMUM_BLOCK_BYTES = 64 << 10;
  private static final int MAXIMUM_BLOCK_BYTES = 256 << 20;
  private static final int HASH_BYTES = 32;
  private static final List<Verdict> VERDICTS = List.of(Verdict.values());

  private BulkCodec() {}

  /** Reads a message that is taken whole. */
  static Message read(MessageType type, ByteBuf in) {
    return switch (type) {
      case PING -> new Ping();
      case PONG -> new Pong();
      case ABORT -> new Abort();
      case CLOSE_DISK -> new CloseDisk();
      case ZERO -> new Zero(readSize(in, "offset"), readSize(in, "length"));
      case KEEP -> new Keep(readSize(in, "offset"), readSize(in, "length"));
      case CHECK -> readCheck(in);
      case CHUNKS -> new Chunks(readRuns(in, MAXIMUM_RUNS));
      case WANTED -> readWanted(in);
      case CONTENT -> readContent(in);
      case PROOF -> readProof(in);
      case END_STREAM -> new EndStream(readSize(in, "size"));
      case CREDIT -> new Credit(readSize(in, "credit"));
      case READ_EXTENTS -> readReadExtents(in);
      case EXTENTS -> readExtents(in);
      case READ_CHUNKS -> readReadChunks(in);
      case CHUNK_FAILED -> readChunkFailed(in);
      case READ_PRESENCE -> readReadPresence(in);
      case PRESENCE -> readPresence(in);
      default -> throw new IllegalArgumentException(type + " is not read here");
    };
  }

  /** Writes the payload of a bulk message that carries no bytes of disk. */
  static void write(Message message, ByteBuf out) {
    switch (message) {
      case Zero zero -> out.writeLongLE(zero.offset()).writeLongLE(zero.length());
      case Keep keep -> out.writeLongLE(keep.offset()).writeLongLE(keep.length());
      case Check check ->
          out.writeLongLE(check.offset())
              .writeIntLE(check.lengthBytes())
              .writeBytes(HexFormat.of().parseHex(check.sha256()));
      case Chunks chunks -> writeRuns(chunks.runs(), out);
      case Wanted wanted -> {
        out.writeLongLE(wanted.offset()).writeIntLE(wanted.verdicts().size());
        wanted.verdicts().forEach(verdict -> out.writeByte(VERDICTS.indexOf(verdict)));
      }
      case Proof proof -> {
        out.writeLongLE(proof.number()).writeIntLE(proof.proofs().size());
        proof.proofs().forEach(each -> writeId(each, out));
      }
      case EndStream end -> out.writeLongLE(end.sizeBytes());
      case Credit credit -> out.writeLongLE(credit.bytes());
      case ReadExtents read ->
          out.writeIntLE(read.request()).writeLongLE(read.offset()).writeIntLE(read.maximum());
      case Extents extents -> writeExtents(extents, out);
      case ReadChunks read -> writeReadChunks(read, out);
      case ChunkFailed failed -> {
        out.writeIntLE(failed.request()).writeIntLE(failed.index());
        ControlCodec.write(failed.failure(), out);
      }
      case ReadPresence read ->
          out.writeIntLE(read.request())
              .writeIntLE(read.blockBytes())
              .writeLongLE(read.firstBlock())
              .writeIntLE(read.count());
      case Presence presence -> writePresence(presence, out);
      case Ping _, Pong _, Abort _, CloseDisk _ -> {}
      default -> throw new IllegalArgumentException(message.type() + " is not written here");
    }
  }

  private static Check readCheck(ByteBuf in) {
    long offset = readSize(in, "offset");
    int length = readCount(in, "bytes to compare", Protocol.MAXIMUM_BULK_BYTES);
    byte[] hash = new byte[HASH_BYTES];
    in.readBytes(hash);
    return new Check(offset, length, HexFormat.of().formatHex(hash));
  }

  /** Reads a u64 that counts bytes or blocks, none of which can pass 2^63. */
  static long readSize(ByteBuf in, String what) {
    long size = in.readLongLE();
    if (size < 0) {
      throw new FrameException("No " + what + " is as large as " + Long.toUnsignedString(size));
    }
    return size;
  }

  private static int readCount(ByteBuf in, String what, int maximum) {
    int count = in.readIntLE();
    if (count < 1 || count > maximum) {
      throw new FrameException(
          "The count of "
              + what
              + " is 1 to "
              + maximum
              + ", not "
              + Integer.toUnsignedString(count));
    }
    return count;
  }

  private static void checkRemains(ByteBuf in, String what, long bytes) {
    if (in.readableBytes() != bytes) {
      throw new FrameException(
          "The " + what + " take " + bytes + " bytes and " + in.readableBytes() + " are there");
    }
  }

  private static Extent extent(long offset, long lengthBytes, ChunkId id) {
    if (lengthBytes < 1 || offset + lengthBytes < 0) {
      throw new FrameException("An extent at " + offset + " cannot have " + lengthBytes + " bytes");
    }
    return new Extent(offset, lengthBytes, id);
  }

  private static ChunkId readId(ByteBuf in) {
    return new ChunkId(in.readLong(), in.readLong(), in.readLong(), in.readLong());
  }

  private static void writeId(ChunkId id, ByteBuf out) {
    out.writeLong(id.first()).writeLong(id.second()).writeLong(id.third()).writeLong(id.fourth());
  }

  private static ReadExtents readReadExtents(ByteBuf in) {
    return new ReadExtents(
        in.readIntLE(), readSize(in, "offset"), readCount(in, "extents", MAXIMUM_EXTENTS));
  }

  private static Wanted readWanted(ByteBuf in) {
    long offset = readSize(in, "offset");
    int count = readCount(in, "verdicts", MAXIMUM_RUNS);
    checkRemains(in, "verdicts", count);
    List<Verdict> verdicts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int verdict = in.readUnsignedByte();
      if (verdict >= VERDICTS.size()) {
        throw new FrameException("There is no verdict " + verdict);
      }
      verdicts.add(VERDICTS.get(verdict));
    }
    return new Wanted(offset, verdicts);
  }

  private static Content readContent(ByteBuf in) {
    int cost = Protocol.frameCost(in.readableBytes());
    long number = readSize(in, "number");
    int count = readCount(in, "chunks", Protocol.MAXIMUM_CONTENT_CHUNKS);
    int plainBytes = readCount(in, "plain bytes", Protocol.MAXIMUM_BULK_BYTES);
    int encoding = in.readUnsignedByte();
    if (encoding > 1 || (encoding == 0 && in.readableBytes() != plainBytes)) {
      throw new FrameException(
          in.readableBytes() + " bytes in encoding " + encoding + " are not " + plainBytes);
    }
    ByteBuf bytes = in.readRetainedSlice(in.readableBytes());
    return new Content(number, count, plainBytes, encoding == 1, bytes, cost);
  }

  private static Proof readProof(ByteBuf in) {
    long number = readSize(in, "number");
    int count = readCount(in, "proofs", MAXIMUM_RUNS);
    checkRemains(in, "proofs", (long) ChunkId.BYTES * count);
    List<ChunkId> proofs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      proofs.add(readId(in));
    }
    return new Proof(number, proofs);
  }

  private static Extents readExtents(ByteBuf in) {
    return new Extents(in.readIntLE(), readRuns(in, MAXIMUM_EXTENTS));
  }

  private static List<Extent> readRuns(ByteBuf in, int maximum) {
    long offset = readSize(in, "offset");
    int count = readCount(in, "extents", maximum);
    checkRemains(in, "extents", 40L * count);
    List<Extent> extents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Extent extent = extent(offset, in.readLongLE(), readId(in));
      extents.add(extent);
      offset = extent.end();
    }
    return extents;
  }

  private static void writeExtents(Extents message, ByteBuf out) {
    out.writeIntLE(message.request());
    writeRuns(message.extents(), out);
  }

  private static void writeRuns(List<Extent> extents, ByteBuf out) {
    out.writeLongLE(extents.getFirst().offset());
    out.writeIntLE(extents.size());
    for (Extent extent : extents) {
      out.writeLongLE(extent.lengthBytes());
      writeId(extent.id(), out);
    }
  }

  private static ReadChunks readReadChunks(ByteBuf in) {
    int request = in.readIntLE();
    int count = readCount(in, "chunks", MAXIMUM_CHUNKS);
    checkRemains(in, "chunks", 44L * count);
    List<Extent> chunks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chunks.add(extent(readSize(in, "offset"), in.readUnsignedIntLE(), readId(in)));
    }
    return new ReadChunks(request, chunks);
  }

  private static void writeReadChunks(ReadChunks message, ByteBuf out) {
    out.writeIntLE(message.request()).writeIntLE(message.chunks().size());
    for (Extent chunk : message.chunks()) {
      out.writeLongLE(chunk.offset()).writeIntLE(Math.toIntExact(chunk.lengthBytes()));
      writeId(chunk.id(), out);
    }
  }

  private static ChunkFailed readChunkFailed(ByteBuf in) {
    int request = in.readIntLE();
    int index = in.readIntLE();
    if (ControlCodec.read(MessageType.ERROR, in) instanceof Failure failure) {
      return new ChunkFailed(request, index, failure);
    }
    throw new FrameException("The error in CHUNK_FAILED cannot be read");
  }

  private static ReadPresence readReadPresence(ByteBuf in) {
    int request = in.readIntLE();
    int blockBytes = in.readIntLE();
    if (blockBytes < MINIMUM_BLOCK_BYTES
        || blockBytes > MAXIMUM_BLOCK_BYTES
        || Integer.bitCount(blockBytes) != 1) {
      throw new FrameException(
          "A block has 64 KiB to 256 MiB, a power of two, not "
              + Integer.toUnsignedString(blockBytes));
    }
    return new ReadPresence(
        request,
        blockBytes,
        readSize(in, "block"),
        readCount(in, "blocks", MAXIMUM_PRESENCE_BLOCKS));
  }

  private static Presence readPresence(ByteBuf in) {
    int request = in.readIntLE();
    long firstBlock = readSize(in, "block");
    int count = readCount(in, "blocks", MAXIMUM_PRESENCE_BLOCKS);
    checkRemains(in, "blocks", (count + 7) / 8);
    byte[] bits = new byte[in.readableBytes()];
    in.readBytes(bits);
    BitSet present = BitSet.valueOf(bits);
    if (present.length() > count) {
      throw new FrameException("PRESENCE has bits for more blocks than it counts");
    }
    return new Presence(request, firstBlock, count, present);
  }

  private static void writePresence(Presence message, ByteBuf out) {
    out.writeIntLE(message.request());
    out.writeLongLE(message.firstBlock());
    out.writeIntLE(message.count());
    byte[] bits = message.present().toByteArray();
    out.writeBytes(bits);
    out.writeZero((message.count() + 7) / 8 - bits.length);
  }
}
