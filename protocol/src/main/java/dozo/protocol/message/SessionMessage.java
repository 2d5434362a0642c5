package dozo.protocol.message;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.IngestStatistics;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.DiskSpec;
import dozo.protocol.FileSpec;
import dozo.protocol.Secret;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What makes a restore point: docs/protocol.md §4 and §5. */
public sealed interface SessionMessage extends Message {

  /** Announces a restore point. */
  record BeginSession(
      VmRef vm,
      List<DiskSpec> disks,
      List<FileSpec> files,
      Consistency consistency,
      @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<String, String> attributes)
      implements SessionMessage {
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
   */
  record SessionOpened(
      UUID session,
      Secret secret,
      int channel,
      List<StreamGrant> streams,
      @Nullable RestorePointId latest)
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
   */
  record StreamGrant(
      String name,
      int channel,
      long offset,
      long creditBytes,
      long baseBytes,
      @Nullable String noBase) {}

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
