package dozo.format.key;

import dozo.format.WrongKeyException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is printed and put into a safe against the day on which every passphrase and key file is
 * lost: the master key, and a copy of the key ring for the day on which the key slots are lost as
 * well ({@code docs/format.md} §5).
 *
 * <p>For one thread at a time. {@link #close()} wipes the master key.
 */
public final class EmergencySheet implements KeySource {

  /** The most bytes of a sheet's text that {@link #parse} looks at. */
  public static final int MAXIMUM_TEXT_BYTES = 64 << 10;

  /** More epochs make a copy of the ring that nobody would type. */
  private static final int MAXIMUM_EPOCHS = 16;

  private final UUID repositoryId;
  private final byte[] master;
  private final @Nullable RingCopy ring;
  private boolean closed;

  /** Keeps the array. */
  EmergencySheet(UUID repositoryId, byte[] master, @Nullable RingCopy ring) {
    this.repositoryId = repositoryId;
    this.master = master;
    this.ring = ring;
  }

  /** Keeps the array. Leaves out the ring if it is too long to be typed. */
  static EmergencySheet of(byte[] master, KeyRing ring, RingCopy copy) {
    return new EmergencySheet(
        ring.repositoryId(), master, ring.epochs().size() > MAXIMUM_EPOCHS ? null : copy);
  }

  /**
   * Reads a sheet as it was typed or scanned. Lines that are not part of the key are ignored.
   *
   * @param text ASCII, at most {@value #MAXIMUM_TEXT_BYTES} bytes; stays the caller's to wipe
   * @throws WrongKeyException if lines are missing or mistyped; the message says which
   */
  public static EmergencySheet parse(byte[] text) throws WrongKeyException {
    return new SheetText(text).read();
  }

  /**
   * Returns the text to print, with instructions. It is the key to all data: the caller should wipe
   * it when it is printed.
   *
   * @param made the date to print
   */
  public byte[] text(Instant made) {
    StringBuilder text = SheetText.write(this, made);
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) text.charAt(i);
      text.setCharAt(i, ' ');
    }
    return bytes;
  }

  /** The repository that it opens. */
  public UUID repositoryId() {
    return repositoryId;
  }

  /** Whether it also opens a repository that has lost every key slot. */
  public boolean hasKeyRing() {
    return ring != null;
  }

  /** The bytes themselves, not a copy. */
  byte[] master() {
    if (closed) {
      throw new IllegalStateException("The emergency sheet has been wiped");
    }
    return master;
  }

  Optional<RingCopy> ring() {
    return Optional.ofNullable(ring);
  }

  @Override
  public void close() {
    closed = true;
    Arrays.fill(master, (byte) 0);
  }

  @Override
  public String toString() {
    return "emergency sheet";
  }

  /** A key ring sealed under the master key, as a slot file has it. Keeps its arrays. */
  static final class RingCopy {

    private static final int HEAD_BYTES = Long.BYTES + Aes256Gcm.NONCE_BYTES;

    private final long generation;
    private final byte[] nonce;
    private final byte[] sealed;

    RingCopy(long generation, byte[] nonce, byte[] sealed) {
      this.generation = generation;
      this.nonce = nonce;
      this.sealed = sealed;
    }

    /** Reads a copy, or nothing if it cannot be one. */
    static Optional<RingCopy> decode(byte[] bytes) {
      int sealedLength = bytes.length - HEAD_BYTES;
      if (sealedLength < Aes256Gcm.TAG_BYTES
          || sealedLength > KeyRingCodec.MAXIMUM_BYTES + Aes256Gcm.TAG_BYTES) {
        return Optional.empty();
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      long generation = buffer.getLong();
      byte[] nonce = new byte[Aes256Gcm.NONCE_BYTES];
      byte[] sealed = new byte[sealedLength];
      buffer.get(nonce).get(sealed);
      return generation < 1
          ? Optional.empty()
          : Optional.of(new RingCopy(generation, nonce, sealed));
    }

    byte[] encode() {
      return ByteBuffer.allocate(HEAD_BYTES + sealed.length)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(generation)
          .put(nonce)
          .put(sealed)
          .array();
    }

    long generation() {
      return generation;
    }

    byte[] nonce() {
      return nonce;
    }

    byte[] sealed() {
      return sealed;
    }
  }
}
