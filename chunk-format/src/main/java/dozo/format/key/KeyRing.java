package dozo.format.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.Limits;
import dozo.format.UuidBytes;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A repository's long-lived secrets, and the keys that are derived from them ({@code
 * docs/format.md} §5).
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class KeyRing {

  private static final byte[] CHUNK_ID = "dozo/v1/chunk-id\0".getBytes(UTF_8);
  private static final byte[] NODE_ID = "dozo/v1/node-id\0".getBytes(UTF_8);
  private static final byte[] PACK = "dozo/v1/pack".getBytes(UTF_8);
  private static final byte[] MANIFEST = "dozo/v1/manifest".getBytes(UTF_8);
  private static final byte[] STATE = "dozo/v1/state".getBytes(UTF_8);

  private final UUID repositoryId;
  private final byte[] salt;
  private final long generation;
  private final byte[] idRoot;
  private final byte[] receiptSeed;
  private final byte[] stateKey;
  private final List<Epoch> epochs;

  /** Keeps the arrays; there is at least one epoch, and their numbers ascend. */
  KeyRing(
      UUID repositoryId,
      long generation,
      byte[] idRoot,
      byte[] receiptSeed,
      byte[] stateKey,
      List<Epoch> epochs) {
    this.repositoryId = repositoryId;
    this.salt = UuidBytes.of(repositoryId);
    this.generation = generation;
    this.idRoot = idRoot;
    this.receiptSeed = receiptSeed;
    this.stateKey = stateKey;
    this.epochs = List.copyOf(epochs);
  }

  /** Draws the secrets of a new repository, with epoch 1. */
  public static KeyRing create(UUID repositoryId, Instant now, SecureRandom random) {
    return new KeyRing(
        repositoryId,
        1,
        draw(random),
        draw(random),
        draw(random),
        List.of(new Epoch(1, now.getEpochSecond(), draw(random))));
  }

  /** The repository whose keys these are. */
  public UUID repositoryId() {
    return repositoryId;
  }

  /** How often the ring has changed, counted from 1. The highest generation holds. */
  public long generation() {
    return generation;
  }

  /** The epoch whose key new packs and manifests get. */
  public int currentEpoch() {
    return epochs.getLast().number();
  }

  /** The epochs by number, ascending, with the instant of their creation, to the second. */
  public List<EpochInfo> epochs() {
    return epochs.stream()
        .map(e -> new EpochInfo(e.number(), Instant.ofEpochSecond(e.createdSeconds())))
        .toList();
  }

  /**
   * Returns the ring of the next generation, with one more epoch. It must be in every slot file
   * before the first pack uses it.
   *
   * @throws IllegalStateException if there are as many epochs as there may be
   */
  KeyRing withNewEpoch(Instant now, SecureRandom random) {
    if (epochs.size() == Limits.EPOCHS) {
      throw new IllegalStateException("A repository has at most " + Limits.EPOCHS + " key epochs");
    }
    List<Epoch> more = new ArrayList<>(epochs);
    more.add(new Epoch(currentEpoch() + 1, now.getEpochSecond(), draw(random)));
    return new KeyRing(repositoryId, generation + 1, idRoot, receiptSeed, stateKey, more);
  }

  /** The keys of the ids of chunks and map nodes in a dedup domain. */
  public DomainKeys domainKeys(String domain) {
    byte[] name = domain.getBytes(UTF_8);
    return new DomainKeys(
        Hkdf.derive(idRoot, salt, CHUNK_ID, name), Hkdf.derive(idRoot, salt, NODE_ID, name));
  }

  /**
   * The key of a pack.
   *
   * @param epoch the key epoch that the pack's header names
   * @throws CorruptDataException if the ring has no such epoch
   */
  public PackKey packKey(int epoch, UUID packId) throws CorruptDataException {
    return new PackKey(packId, epochKey(epoch, PACK, packId, "pack "));
  }

  /**
   * The key of a manifest.
   *
   * @param epoch the key epoch that the manifest names
   * @throws CorruptDataException if the ring has no such epoch
   */
  public SecretKey manifestKey(int epoch, UUID restorePointId) throws CorruptDataException {
    return epochKey(epoch, MANIFEST, restorePointId, "manifest ");
  }

  /** The key of a state file. */
  public SecretKey stateKey(UUID entryId) {
    return aes(Hkdf.derive(stateKey, salt, STATE, UuidBytes.of(entryId)));
  }

  /** What signs the receipts of this repository. */
  public ReceiptSigner receiptSigner() {
    return new ReceiptSigner(repositoryId, receiptSeed);
  }

  /** Whether both hold the same secrets. Takes the same time wherever they differ. */
  boolean holdsSameAs(KeyRing other) {
    byte[] mine = KeyRingCodec.encode(this);
    byte[] theirs = KeyRingCodec.encode(other);
    try {
      return MessageDigest.isEqual(mine, theirs);
    } finally {
      Arrays.fill(mine, (byte) 0);
      Arrays.fill(theirs, (byte) 0);
    }
  }

  byte[] idRoot() {
    return idRoot;
  }

  byte[] receiptSeed() {
    return receiptSeed;
  }

  byte[] stateRoot() {
    return stateKey;
  }

  List<Epoch> epochKeys() {
    return epochs;
  }

  private SecretKey epochKey(int number, byte[] purpose, UUID id, String object)
      throws CorruptDataException {
    for (Epoch epoch : epochs) {
      if (epoch.number() == number) {
        return aes(Hkdf.derive(epoch.key(), salt, purpose, UuidBytes.of(id)));
      }
    }
    throw new CorruptDataException(
        Fault.of("The key ring has no such key epoch")
            .in(object + id)
            .expected("1 to " + currentEpoch())
            .actual(Integer.toUnsignedString(number))
            .cure("if a newer copy of a file under keys/ exists, put it back"));
  }

  private static SecretKey aes(byte[] key) {
    SecretKey made = new SecretKeySpec(key, "AES");
    Arrays.fill(key, (byte) 0);
    return made;
  }

  private static byte[] draw(SecureRandom random) {
    byte[] key = new byte[Hkdf.BYTES];
    random.nextBytes(key);
    return key;
  }

  @Override
  public String toString() {
    return "key ring of repository " + repositoryId + ", generation " + generation;
  }

  /**
   * What may be told of an epoch.
   *
   * @param number counted from 1
   * @param created when it was made, to the second
   */
  public record EpochInfo(int number, Instant created) {}

  /** An epoch with its key. */
  static final class Epoch {
    private final int number;
    private final long createdSeconds;
    private final byte[] key;

    Epoch(int number, long createdSeconds, byte[] key) {
      this.number = number;
      this.createdSeconds = createdSeconds;
      this.key = key;
    }

    int number() {
      return number;
    }

    long createdSeconds() {
      return createdSeconds;
    }

    byte[] key() {
      return key;
    }
  }
}
