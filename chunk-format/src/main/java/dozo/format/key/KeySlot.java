package dozo.format.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.EnvelopedFile;
import dozo.format.Fault;
import dozo.format.FileKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A slot file, decoded but still locked ({@code docs/format.md} §5): the master key wrapped under
 * one passphrase or key file, and a sealed copy of the key ring.
 *
 * <p>Immutable and safe for use by several threads. Holds no secret in clear.
 */
public final class KeySlot {

  /** The most bytes of a label in UTF-8. */
  public static final int MAXIMUM_LABEL_BYTES = 200;

  /** The most bytes of a slot file; a longer one need not be read. */
  public static final int MAXIMUM_FILE_BYTES = 64 << 10;

  static final int SALT_BYTES = 32;
  static final int WRAPPED_BYTES = Hkdf.BYTES + Aes256Gcm.TAG_BYTES;
  private static final int LABEL_AT = 108;
  private static final int AFTER_LABEL_BYTES = 8 + Aes256Gcm.NONCE_BYTES;

  private final UUID id;
  private final UUID repositoryId;
  private final SlotType type;
  private final @Nullable Argon2Cost cost;
  private final String label;
  private final byte[] salt;
  private final byte[] wrapNonce;
  private final byte[] wrappedMaster;
  private final long ringGeneration;
  private final byte[] ringNonce;
  private final byte[] sealedRing;

  /** Keeps the arrays. The cost is there exactly for a passphrase. */
  KeySlot(
      UUID id,
      UUID repositoryId,
      SlotType type,
      @Nullable Argon2Cost cost,
      String label,
      byte[] salt,
      byte[] wrapNonce,
      byte[] wrappedMaster,
      long ringGeneration,
      byte[] ringNonce,
      byte[] sealedRing) {
    this.id = id;
    this.repositoryId = repositoryId;
    this.type = type;
    this.cost = cost;
    this.label = label;
    this.salt = salt;
    this.wrapNonce = wrapNonce;
    this.wrappedMaster = wrappedMaster;
    this.ringGeneration = ringGeneration;
    this.ringNonce = ringNonce;
    this.sealedRing = sealedRing;
  }

  /**
   * Reads a slot file.
   *
   * @param file all its bytes
   * @param id the slot that the file's name says it is
   * @throws dozo.format.ForeignFileException if it is no file of Dozo's
   * @throws dozo.format.FormatTooNewException if a newer Dozo wrote it
   * @throws CorruptDataException if anything else does not fit
   */
  public static KeySlot decode(byte[] file, UUID id, UUID repositoryId) throws DozoException {
    String object = "key slot " + id;
    EnvelopedFile enveloped = EnvelopedFile.decode(FileKind.KEY_SLOT, file, object);
    enveloped.envelope().require(id, repositoryId, object);
    ByteBuffer body = enveloped.body();
    if (body.remaining() < LABEL_AT + AFTER_LABEL_BYTES) {
      throw corrupt("The key slot is too short", object);
    }
    int typeCode = Byte.toUnsignedInt(body.get());
    int lanes = Byte.toUnsignedInt(body.get());
    int labelLength = Short.toUnsignedInt(body.getShort());
    int memoryKib = body.getInt();
    int passes = body.getInt();
    int ringLength = body.getInt();
    if (labelLength > MAXIMUM_LABEL_BYTES
        || ringLength < Aes256Gcm.TAG_BYTES
        || ringLength > KeyRingCodec.MAXIMUM_BYTES + Aes256Gcm.TAG_BYTES
        || enveloped.envelope().bodyLength()
            != LABEL_AT + labelLength + AFTER_LABEL_BYTES + ringLength) {
      throw corrupt("The key slot's length is not that of its parts", object);
    }
    SlotType type = type(typeCode, object);
    Argon2Cost cost = cost(type, memoryKib, passes, lanes, object);
    byte[] salt = take(body, SALT_BYTES);
    byte[] wrapNonce = take(body, Aes256Gcm.NONCE_BYTES);
    byte[] wrapped = take(body, WRAPPED_BYTES);
    String label = label(take(body, labelLength), object);
    long generation = body.getLong();
    if (generation < 1) {
      throw corrupt("The key ring's generation is impossible", object);
    }
    byte[] ringNonce = take(body, Aes256Gcm.NONCE_BYTES);
    byte[] ring = take(body, ringLength);
    return new KeySlot(
        id, repositoryId, type, cost, label, salt, wrapNonce, wrapped, generation, ringNonce, ring);
  }

  /** Returns the whole file. */
  byte[] encode() {
    byte[] labelBytes = label.getBytes(UTF_8);
    ByteBuffer body =
        ByteBuffer.allocate(LABEL_AT + labelBytes.length + AFTER_LABEL_BYTES + sealedRing.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    putHead(body, type, cost, labelBytes.length);
    body.putInt(sealedRing.length)
        .put(salt)
        .put(wrapNonce)
        .put(wrappedMaster)
        .put(labelBytes)
        .putLong(ringGeneration)
        .put(ringNonce)
        .put(sealedRing);
    return EnvelopedFile.encode(FileKind.KEY_SLOT, id, repositoryId, body.array());
  }

  /** Writes the first 12 bytes of the body, which the wrapped key is bound to. */
  static void putHead(
      ByteBuffer target, SlotType type, @Nullable Argon2Cost cost, int labelLength) {
    target
        .put((byte) type.code())
        .put((byte) (cost == null ? 0 : cost.lanes()))
        .putShort((short) labelLength)
        .putInt(cost == null ? 0 : cost.memoryKib())
        .putInt(cost == null ? 0 : cost.passes());
  }

  /** The same slot with another copy of the key ring. */
  KeySlot withRing(long generation, byte[] nonce, byte[] ring) {
    return new KeySlot(
        id,
        repositoryId,
        type,
        cost,
        label,
        salt,
        wrapNonce,
        wrappedMaster,
        generation,
        nonce,
        ring);
  }

  /** The slot's id, which is also the name of its file. */
  public UUID id() {
    return id;
  }

  /** What opens it. */
  public SlotType type() {
    return type;
  }

  /** What the operator called it. */
  public String label() {
    return label;
  }

  /** What a guess costs, for a passphrase. */
  public Optional<Argon2Cost> cost() {
    return Optional.ofNullable(cost);
  }

  /** The generation of the copy of the key ring that is in this file. */
  public long ringGeneration() {
    return ringGeneration;
  }

  UUID repositoryId() {
    return repositoryId;
  }

  byte[] salt() {
    return salt;
  }

  byte[] wrapNonce() {
    return wrapNonce;
  }

  byte[] wrappedMaster() {
    return wrappedMaster;
  }

  byte[] ringNonce() {
    return ringNonce;
  }

  byte[] sealedRing() {
    return sealedRing;
  }

  private static SlotType type(int code, String object) throws CorruptDataException {
    for (SlotType type : SlotType.values()) {
      if (type.code() == code) {
        return type;
      }
    }
    throw corrupt("The key slot is of no known type", object);
  }

  private static @Nullable Argon2Cost cost(
      SlotType type, int memoryKib, int passes, int lanes, String object)
      throws CorruptDataException {
    switch (type) {
      case PASSPHRASE -> {
        try {
          return new Argon2Cost(memoryKib, passes, lanes);
        } catch (IllegalArgumentException e) {
          throw new CorruptDataException(
              Fault.of("The key slot's Argon2id parameters are out of bounds").in(object), e);
        }
      }
      case KEY_FILE -> {
        if (memoryKib != 0 || passes != 0 || lanes != 0) {
          throw corrupt("A slot of a key file has Argon2id parameters", object);
        }
        return null;
      }
    }
    throw new AssertionError(type);
  }

  private static String label(byte[] bytes, String object) throws CorruptDataException {
    try {
      String label = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (label.chars().anyMatch(Character::isISOControl)) {
        throw corrupt("The key slot's label has a control character", object);
      }
      return label;
    } catch (CharacterCodingException e) {
      throw new CorruptDataException(Fault.of("The key slot's label is no UTF-8").in(object), e);
    }
  }

  private static byte[] take(ByteBuffer body, int length) {
    byte[] bytes = new byte[length];
    body.get(bytes);
    return bytes;
  }

  private static CorruptDataException corrupt(String what, String object) {
    return new CorruptDataException(Fault.of(what).in(object));
  }

  @Override
  public String toString() {
    return "key slot " + id;
  }
}
