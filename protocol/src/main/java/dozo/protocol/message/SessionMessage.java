package dozo.protocol.message;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dozo.format.ChunkId;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.disk.Extent;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.IngestStatistics;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.DiskSpec;
import dozo.protocol.FileSpec;
import dozo.protocol.GroupSpec;
import dozo.protocol.Secret;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What makes a restore point: docs/protocol.md §4 and §5. */
public sealed interface SessionMessage extends Message {

  /**
   * Announces a restore point.
   *
   * @param source whether the client asks for what it needs to deduplicate at the source
   * @param group the consistency group that it is of, if it is of one
   */
  record BeginSession(
      VmRef vm,
      List<DiskSpec> disks,
      List<FileSpec> files,
      Consistency consistency,
      @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<String, String> attributes,
      @Nullable Boolean source,
      @Nullable GroupSpec group)
      implements SessionMessage {

    /** A session whose streams are sent as bytes. */
    public BeginSession(
        VmRef vm,
        List<DiskSpec> disks,
        List<FileSpec> files,
        Consistency consistency,
        SortedMap<String, String> attributes) {
      this(vm, disks, files, consistency, attributes, null, null);
    }

    /** The same, with what is needed to deduplicate at the source. */
    public BeginSession withSource() {
      return new BeginSession(vm, disks, files, consistency, attributes, true, group);
    }

    /** The same, as one of a consistency group. */
    public BeginSession withGroup(GroupSpec of) {
      return new BeginSession(vm, disks, files, consistency, attributes, source, of);
    }

    @Override
    public MessageType type() {
      return MessageType.BEGIN_SESSION;
    }
  }

  /** Takes a session up again. */
  record ResumeSession(UUID session, Secret secret) implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.RESUME_SESSION;
    }
  }

  /**
   * A session, begun or resumed.
   *
   * @param session its id
   * @param secret what proves to be its owner when it is resumed
   * @param channel the channel of COMMIT and ABORT, and of what the server says about it
   * @param streams one for each disk and file
   * @param latest the newest restore point of the same VM before it, if there is one
   * @param source what is needed to deduplicate at the source, if it was asked for and can be
   */
  record SessionOpened(
      UUID session,
      Secret secret,
      int channel,
      List<StreamGrant> streams,
      @Nullable RestorePointId latest,
      @Nullable SourceTerms source)
      implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.SESSION;
    }
  }

  /**
   * A stream of a session.
   *
   * @param name the disk's or file's name
   * @param channel the channel of its DATA, ZERO, END_STREAM and CREDIT
   * @param offset where the client goes on
   * @param creditBytes what the client may send at first
   * @param baseBytes the size of the base that may be kept from; 0 if there is none
   * @param noBase why nothing can be kept from the base that was asked for; null if it can, or none
   *     was asked for
   * @param source whether CHUNKS may come
   */
  record StreamGrant(
      String name,
      int channel,
      long offset,
      long creditBytes,
      long baseBytes,
      @Nullable String noBase,
      boolean source) {}

  /**
   * What a client needs to deduplicate at the source.
   *
   * @param idKey the chunk id key of the session's dedup domain, 64 hexadecimal digits
   * @param nonce the key of this session's proofs, 64 hexadecimal digits
   * @param chunker how to cut
   */
  record SourceTerms(Secret idKey, Secret nonce, ChunkerParameters chunker) {}

  /**
   * Announces runs of a stream: chunks by their ids, and holes.
   *
   * @param runs 1 to 1,024, each beginning where the one before ends
   */
  record Chunks(List<Extent> runs) implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.CHUNKS;
    }
  }

  /**
   * What the server does with runs that were announced together.
   *
   * @param offset where the first of them begins
   * @param verdicts one for each
   */
  record Wanted(long offset, List<Verdict> verdicts) implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.WANTED;
    }
  }

  /** What the server does with a run. The order is that of their numbers on the wire. */
  enum Verdict {
    /** Nothing is owed for it. */
    TAKEN,
    /** The client has to prove that it holds the content. */
    PROVE,
    /** The client has to send the content. */
    SEND
  }

  /**
   * Chunks that the server wanted sent.
   *
   * @param number how many were sent on the stream before
   * @param count how many they are
   * @param plainBytes their length together, up to 1 MiB
   * @param packed whether the bytes are a zstd frame
   * @param bytes owned by whoever has the message, who releases it
   * @param costBytes the frame's cost in credit
   */
  record Content(
      long number, int count, int plainBytes, boolean packed, ByteBuf bytes, int costBytes)
      implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.CONTENT;
    }
  }

  /**
   * Shows that the client holds chunks that the server wanted proved.
   *
   * @param number how many were proved on the stream before
   * @param proofs HMAC-SHA-256 of each chunk's bytes under the session's nonce
   */
  record Proof(long number, List<ChunkId> proofs) implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.PROOF;
    }
  }

  /**
   * Bytes of a stream. The decoder hands a DATA frame on in pieces as it arrives; the first of them
   * carries what the whole frame costs.
   *
   * @param offset where the bytes belong
   * @param bytes owned by whoever has the message, who releases it
   * @param costBytes the frame's cost in credit, or 0 for a further piece of a frame
   */
  record Data(long offset, ByteBuf bytes, int costBytes) implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.DATA;
    }
  }

  /** A range of a stream that reads as zeros. */
  record Zero(long offset, long length) implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.ZERO;
    }
  }

  /** A range of a stream that reads as it does in the base. */
  record Keep(long offset, long length) implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.KEEP;
    }
  }

  /**
   * What the client found in a range that it keeps, for the server to compare with the base.
   *
   * @param offset where the range begins
   * @param lengthBytes its length, up to 1 MiB
   * @param sha256 the hash of the client's bytes, in hexadecimal digits
   */
  record Check(long offset, int lengthBytes, String sha256) implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.CHECK;
    }
  }

  /** A stream is complete at that size. */
  record EndStream(long sizeBytes) implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.END_STREAM;
    }
  }

  /** The client may send so much more on a stream. */
  record Credit(long bytes) implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.CREDIT;
    }
  }

  /** Asks for the receipt. What is given replaces what {@link BeginSession} said. */
  record Commit(@Nullable Consistency consistency, @Nullable SortedMap<String, String> attributes)
      implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.COMMIT;
    }
  }

  /** How far a session has come, in bytes of disk taken, found to be new, stored, and known. */
  record Progress(long receivedBytes, long newBytes, long storedBytes, long duplicateBytes)
      implements SessionMessage {
    /** Nothing yet. */
    public static final Progress NONE = new Progress(0, 0, 0, 0);

    @Override
    public MessageType type() {
      return MessageType.PROGRESS;
    }
  }

  /**
   * The restore point is on stable storage.
   *
   * @param restorePoint its id
   * @param created the server's time of the commit
   * @param manifestSha256 64 hexadecimal digits
   * @param signature Ed25519, in base64; docs/protocol.md §5 has what it signs
   * @param publicKey the repository's receipt key, in base64
   * @param statistics what making it cost
   */
  record Receipt(
      RestorePointId restorePoint,
      Instant created,
      String manifestSha256,
      String signature,
      String publicKey,
      IngestStatistics statistics)
      implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.RECEIPT;
    }
  }

  /** Ends a session and forgets it. */
  record Abort() implements SessionMessage {
    @Override
    public MessageType type() {
      return MessageType.ABORT;
    }
  }
}
