package dozo.protocol.message;

import dozo.format.disk.DiskRange;
import dozo.format.disk.Extent;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.Secret;
import dozo.protocol.message.ConnectionMessage.Failure;
import io.netty.buffer.ByteBuf;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What reads: docs/protocol.md §7. A request's number is a u32 of the client's choice. */
public sealed interface ReadingMessage extends Message {

  /**
   * Opens a disk or a configuration file; one of the two is named.
   *
   * @param packed whether chunks may come as SEGMENT; left out is no
   */
  record OpenDisk(
      RestorePointId restorePoint,
      @Nullable String disk,
      @Nullable String file,
      @Nullable Boolean packed)
      implements ReadingMessage {
    @Override
    public MessageType type() {
      return MessageType.OPEN_DISK;
    }
  }

  /**
   * An open disk.
   *
   * @param handle the channel of its reads
   */
  record Disk(int handle, long sizeBytes, long dataBytes) implements ReadingMessage {
    @Override
    public MessageType type() {
      return MessageType.DISK;
    }
  }

  /** Asks for extents from the one on that covers the offset. */
  record ReadExtents(int request, long offset, int maximum) implements ReadingMessage {
    @Override
    public MessageType type() {
      return MessageType.READ_EXTENTS;
    }
  }

  /** Extents, at least one, each beginning where the one before ends. */
  record Extents(int request, List<Extent> extents) implements ReadingMessage {
    @Override
    public MessageType type() {
      return MessageType.EXTENTS;
    }
  }

  /** Asks for the chunks of 1 to 1,024 extents. */
  record ReadChunks(int request, List<Extent> chunks) implements ReadingMessage {
    @Override
    public MessageType type() {
      return MessageType.READ_CHUNKS;
    }
  }

  /**
   * A part of a chunk. The decoder hands a CHUNK frame on in pieces as it arrives.
   *
   * @param index the chunk's place in the request
   * @param partOffset where in the chunk the bytes belong
   * @param bytes owned by whoever has the message, who releases it
   */
  record ChunkPart(int request, int index, int partOffset, ByteBuf bytes)
      implements ReadingMessage {
    @Override
    public MessageType type() {
      return MessageType.CHUNK;
    }
  }

  /**
   * A part of a segment, all of whose chunks were asked for. The decoder hands a SEGMENT frame on
   * in pieces as it arrives; those of one frame follow each other.
   *
   * @param indices the places in the request of the chunks that it brings
   * @param plainBytes what the segment comes to, the list of its chunks included
   * @param isCompressed whether the segment is a zstd frame
   * @param packedBytes the length of the whole segment in this form
   * @param partOffset where in it the bytes belong
   * @param bytes owned by whoever has the message, who releases it
   */
  record SegmentPart(
      int request,
      List<Integer> indices,
      int plainBytes,
      boolean isCompressed,
      int packedBytes,
      int partOffset,
      ByteBuf bytes)
      implements ReadingMessage {
    @Override
    public MessageType type() {
      return MessageType.SEGMENT;
    }
  }

  /**
   * A chunk, or a whole request, that could not be served.
   *
   * @param index the chunk's place in the request, or {@link #WHOLE_REQUEST}
   */
  record ChunkFailed(int request, int index, Failure failure) implements ReadingMessage {

    /** Stands for the request of whichever kind, not for one chunk of it. */
    public static final int WHOLE_REQUEST = -1;

    @Override
    public MessageType type() {
      return MessageType.CHUNK_FAILED;
    }
  }

  /** Asks which blocks hold anything but holes. */
  record ReadPresence(int request, int blockBytes, long firstBlock, int count)
      implements ReadingMessage {
    @Override
    public MessageType type() {
      return MessageType.READ_PRESENCE;
    }
  }

  /**
   * Which blocks hold anything but holes.
   *
   * @param present bit {@code i} stands for block {@code firstBlock + i}; nobody changes it
   */
  record Presence(int request, long firstBlock, int count, BitSet present)
      implements ReadingMessage {
    @Override
    public MessageType type() {
      return MessageType.PRESENCE;
    }
  }

  /**
   * Asks for what it takes to find out where a disk of the client's differs from one of a restore
   * point.
   *
   * @param base a restore point whose disk of the same name is the client's, if there is one
   * @param offset ranges from there on are asked for; 0, or {@link Comparison#next}
   */
  record CompareDisk(
      RestorePointId restorePoint, String disk, @Nullable RestorePointId base, long offset)
      implements ReadingMessage {
    @Override
    public MessageType type() {
      return MessageType.COMPARE_DISK;
    }
  }

  /**
   * How to compare.
   *
   * @param idKey names the chunks of the disk, 64 hexadecimal digits
   * @param ranges where the disk differs from the base's, in order; empty without a base
   * @param next where to ask on, if there are more
   */
  record Comparison(Secret idKey, List<DiskRange> ranges, @Nullable Long next)
      implements ReadingMessage {
    @Override
    public MessageType type() {
      return MessageType.COMPARISON;
    }
  }

  /** Closes an open disk. */
  record CloseDisk() implements ReadingMessage {
    @Override
    public MessageType type() {
      return MessageType.CLOSE_DISK;
    }
  }
}
