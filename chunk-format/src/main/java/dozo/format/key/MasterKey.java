package dozo.format.key;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Envelope;
import dozo.format.Fault;
import dozo.format.FileKind;
import dozo.format.NoSpaceException;
import dozo.format.UuidBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * The 32 random bytes under which the key ring is sealed, and the two ways they are used: wrapped
 * into a slot under a secret, and as the key of the ring.
 *
 * <p>For one thread at a time. {@link #close()} wipes the bytes.
 */
final class MasterKey implements AutoCloseable {

  private static final byte[] RING = "dozo/v1/key-ring".getBytes(US_ASCII);
  private static final byte[] KEY_FILE = "dozo/v1/key-file".getBytes(US_ASCII);

  private final byte[] bytes;
  private boolean closed;

  private MasterKey(byte[] bytes) {
    this.bytes = bytes;
  }

  static MasterKey create(SecureRandom random) {
    byte[] bytes = new byte[Hkdf.BYTES];
    random.nextBytes(bytes);
    return new MasterKey(bytes);
  }

  /** Returns the master key that is on an emergency sheet, as a copy. */
  static MasterKey of(EmergencySheet sheet) {
    return new MasterKey(sheet.master().clone());
  }

  /** Returns the master key that is in a slot, or nothing if the secret is another. */
  static Optional<MasterKey> unwrap(KeySlot slot, SlotSecret secret) throws NoSpaceException {
    requireMemory(slot);
    SecretKey kek = keyEncryptionKey(secret, slot.cost().orElse(null), slot.salt());
    byte[] associated =
        associated(
            slot.id(),
            slot.repositoryId(),
            slot.type(),
            slot.cost().orElse(null),
            slot.salt(),
            slot.label());
    return Aes256Gcm.open(kek, slot.wrapNonce(), associated, slot.wrappedMaster())
        .map(MasterKey::new);
  }

  /** Returns a new slot for the secret, with a copy of the ring. */
  KeySlot wrap(
      KeyRing ring,
      SlotSecret secret,
      @Nullable Argon2Cost cost,
      String label,
      UUID slotId,
      SecureRandom random) {
    SlotType type =
        switch (secret) {
          case Passphrase p -> SlotType.PASSPHRASE;
          case KeyFile k -> SlotType.KEY_FILE;
        };
    byte[] salt = new byte[KeySlot.SALT_BYTES];
    random.nextBytes(salt);
    byte[] nonce = Aes256Gcm.nonce(random);
    byte[] wrapped =
        Aes256Gcm.seal(
            keyEncryptionKey(secret, cost, salt),
            nonce,
            associated(slotId, ring.repositoryId(), type, cost, salt, label),
            bytes());
    byte[] ringNonce = Aes256Gcm.nonce(random);
    return new KeySlot(
        slotId,
        ring.repositoryId(),
        type,
        cost,
        label,
        salt,
        nonce,
        wrapped,
        ring.generation(),
        ringNonce,
        sealRing(ring, ringNonce));
  }

  /** Returns the slot with its copy of the ring replaced. */
  KeySlot renew(KeySlot slot, KeyRing ring, SecureRandom random) {
    byte[] nonce = Aes256Gcm.nonce(random);
    return slot.withRing(ring.generation(), nonce, sealRing(ring, nonce));
  }

  /**
   * Opens the copy of the ring that is in a slot.
   *
   * @throws CorruptDataException if it was sealed under another master key, or is damaged
   */
  KeyRing openRing(KeySlot slot) throws DozoException {
    return openRing(
        slot.repositoryId(),
        slot.ringGeneration(),
        slot.ringNonce(),
        slot.sealedRing(),
        slot.toString());
  }

  /**
   * Opens the copy of the ring that is on an emergency sheet.
   *
   * @throws CorruptDataException if it was sealed under another master key, or is damaged
   */
  KeyRing openRing(UUID repositoryId, EmergencySheet.RingCopy copy) throws DozoException {
    return openRing(
        repositoryId, copy.generation(), copy.nonce(), copy.sealed(), "emergency sheet");
  }

  /** Returns a sheet with a copy of this key and of the ring. */
  EmergencySheet sheet(KeyRing ring, SecureRandom random) {
    byte[] nonce = Aes256Gcm.nonce(random);
    return EmergencySheet.of(
        bytes().clone(),
        ring,
        new EmergencySheet.RingCopy(ring.generation(), nonce, sealRing(ring, nonce)));
  }

  private KeyRing openRing(
      UUID repositoryId, long generation, byte[] nonce, byte[] sealed, String object)
      throws DozoException {
    byte[] plain =
        Aes256Gcm.open(
                ringKey(repositoryId), nonce, ringAssociated(repositoryId, generation), sealed)
            .orElseThrow(() ->
                new CorruptDataException(
                    Fault.of("The copy of the key ring is damaged").in(object)));
    try {
      return KeyRingCodec.decode(plain, repositoryId, generation, object);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private byte[] sealRing(KeyRing ring, byte[] nonce) {
    byte[] plain = KeyRingCodec.encode(ring);
    try {
      return Aes256Gcm.seal(
          ringKey(ring.repositoryId()),
          nonce,
          ringAssociated(ring.repositoryId(), ring.generation()),
          plain);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private SecretKey ringKey(UUID repositoryId) {
    return aesKey(Hkdf.derive(bytes(), UuidBytes.of(repositoryId), RING));
  }

  private static byte[] ringAssociated(UUID repositoryId, long generation) {
    ByteBuffer associated = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    UuidBytes.put(associated, repositoryId);
    return associated.putLong(generation).array();
  }

  private static byte[] associated(
      UUID slotId,
      UUID repositoryId,
      SlotType type,
      @Nullable Argon2Cost cost,
      byte[] salt,
      String label) {
    byte[] labelBytes = label.getBytes(UTF_8);
    byte[] envelope = new byte[Envelope.BYTES];
    new Envelope(FileKind.KEY_SLOT, 0, slotId, repositoryId).write(envelope, 0);
    ByteBuffer associated =
        ByteBuffer.allocate(Envelope.BYTES - 4 + 12 + KeySlot.SALT_BYTES + labelBytes.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(envelope, 0, 12)
            .put(envelope, 16, Envelope.BYTES - 16);
    KeySlot.putHead(associated, type, cost, labelBytes.length);
    return associated.put(salt).put(labelBytes).array();
  }

  private static SecretKey keyEncryptionKey(
      SlotSecret secret, @Nullable Argon2Cost cost, byte[] salt) {
    byte[] key =
        switch (secret) {
          case Passphrase passphrase -> {
            if (cost == null) {
              throw new IllegalArgumentException("A passphrase needs the cost of a guess");
            }
            yield argon2id(passphrase.bytes(), cost, salt);
          }
          case KeyFile file -> {
            if (cost != null) {
              throw new IllegalArgumentException("A key file is not stretched");
            }
            yield Hkdf.derive(file.bytes(), salt, KEY_FILE);
          }
        };
    return aesKey(key);
  }

  /** Returns the key for the cipher, and wipes the bytes that it was made of. */
  private static SecretKey aesKey(byte[] key) {
    SecretKey made = new SecretKeySpec(key, "AES");
    Arrays.fill(key, (byte) 0);
    return made;
  }

  /** Refuses what could only end in an OutOfMemoryError, which would hit any thread. */
  private static void requireMemory(KeySlot slot) throws NoSpaceException {
    long needed = slot.cost().map(cost -> cost.memoryKib() * 1152L).orElse(0L);
    if (needed > freeBytes()) {
      System.gc(); // What was left over from the last slot counts as used until then.
    }
    long free = freeBytes();
    if (needed > free) {
      throw new NoSpaceException(
          Fault.of("Opening the key slot takes more memory than Java has left")
              .in(slot.toString())
              .expected(needed + " bytes")
              .actual(free + " bytes")
              .cure("give Java a larger heap with -Xmx"));
    }
  }

  private static long freeBytes() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
  }

  private static byte[] argon2id(byte[] passphrase, Argon2Cost cost, byte[] salt) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.memoryKib())
            .withIterations(cost.passes())
            .withParallelism(cost.lanes())
            .withSalt(salt)
            .build());
    byte[] key = new byte[Hkdf.BYTES];
    generator.generateBytes(passphrase, key);
    return key;
  }

  private byte[] bytes() {
    if (closed) {
      throw new IllegalStateException("The master key has been wiped");
    }
    return bytes;
  }

  @Override
  public void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "master key";
  }
}
