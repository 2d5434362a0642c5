package dozo.format.key;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.Limits;
import dozo.format.NoSpaceException;
import dozo.format.SeededRandom;
import dozo.format.WrongKeyException;
import java.nio.ByteBuffer;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeySlotsTest {

  /** As cheap as Argon2id gets; for tests only. */
  private static final Argon2Cost CHEAP = new Argon2Cost(8, 1, 1);

  private static final UUID REPOSITORY = new UUID(1, 2);
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final SeededRandom random = new SeededRandom(1);
  private final Map<UUID, byte[]> files = new HashMap<>();
  private KeyRing ring;
  private UUID first;

  @BeforeEach
  void create() {
    try (OpenedKeys keys = created("old")) {
      ring = keys.ring();
      first = keys.openedSlot();
    }
  }

  private OpenedKeys created(String passphrase) {
    OpenedKeys.Created created =
        OpenedKeys.create(REPOSITORY, passphrase(passphrase), CHEAP, "first", NOW, random);
    publish(List.of(created.file()));
    return created.keys();
  }

  private void publish(List<SlotFile> published) {
    published.forEach(file -> files.put(file.id(), file.contents()));
  }

  private static Passphrase passphrase(String text) {
    return Passphrase.of(text.toCharArray());
  }

  private OpenedKeys unlock(SlotSecret secret) throws Exception {
    return KeySlots.read(REPOSITORY, files).unlock(secret);
  }

  private static void assertSame(KeyRing actual, KeyRing expected) {
    assertThat(KeyRingCodec.encode(actual)).isEqualTo(KeyRingCodec.encode(expected));
    assertThat(actual.generation()).isEqualTo(expected.generation());
  }

  @Test
  void opensWithThePassphraseHoweverItWasComposed() throws Exception {
    try (OpenedKeys keys = unlock(passphrase("old"))) {
      assertSame(keys.ring(), ring);
      publish(List.of(keys.addSlot(passphrase("caf\u00e9"), CHEAP, "café", random)));
    }
    try (OpenedKeys keys = unlock(passphrase("cafe\u0301"))) {
      assertSame(keys.ring(), ring);
    }
  }

  @Test
  void opensWithAKeyFile() throws Exception {
    byte[] contents = KeyFile.generate(random);
    try (OpenedKeys keys = unlock(passphrase("old"))) {
      publish(List.of(keys.addSlot(KeyFile.of(contents), CHEAP, "usb", random)));
    }
    try (OpenedKeys keys = unlock(KeyFile.of(contents))) {
      assertSame(keys.ring(), ring);
      assertThat(keys.slots()).extracting(KeySlot::label).containsExactlyInAnyOrder("first", "usb");
    }
    contents[0] ^= 1;
    assertThatThrownBy(() -> unlock(KeyFile.of(contents))).isInstanceOf(WrongKeyException.class);
  }

  @Test
  void saysThatThePassphraseIsWrongWithoutRepeatingIt() {
    assertThatThrownBy(() -> unlock(passphrase("guess")))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("This passphrase opens none of the repository's key slots")
        .hasMessageContaining(REPOSITORY.toString())
        .hasMessageNotContaining("guess");
  }

  @Test
  void changesThePassphrase() throws Exception {
    try (OpenedKeys keys = unlock(passphrase("old"))) {
      publish(List.of(keys.addSlot(passphrase("new"), CHEAP, "second", random)));
      unlock(passphrase("old")).close();
      keys.removeSlot(first);
      files.remove(first);
    }
    assertThatThrownBy(() -> unlock(passphrase("old"))).isInstanceOf(WrongKeyException.class);
    try (OpenedKeys keys = unlock(passphrase("new"))) {
      assertSame(keys.ring(), ring);
      assertThatThrownBy(() -> keys.removeSlot(keys.openedSlot()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void mendsGenerationsThatACrashLeftUnequal() throws Exception {
    KeyRing newer;
    UUID second;
    try (OpenedKeys keys = unlock(passphrase("old"))) {
      SlotFile file = keys.addSlot(passphrase("other"), CHEAP, "second", random);
      second = file.id();
      publish(List.of(file));
      List<SlotFile> all = keys.addEpoch(NOW.plusSeconds(5), random);
      assertThat(all).hasSize(2);
      newer = keys.ring();
      publish(List.of(all.getLast()));
      assertThat(all.getLast().id()).isEqualTo(second);
    }
    for (String text : List.of("old", "other")) {
      try (OpenedKeys keys = unlock(passphrase(text))) {
        assertSame(keys.ring(), newer);
        assertThat(keys.ring().currentEpoch()).isEqualTo(2);
        List<SlotFile> repairs = keys.repairs(random);
        assertThat(repairs).extracting(SlotFile::id).containsExactly(first);
        if (text.equals("other")) {
          publish(repairs);
        }
      }
    }
    files.remove(second);
    try (OpenedKeys keys = unlock(passphrase("old"))) {
      assertSame(keys.ring(), newer);
      assertThat(keys.repairs(random)).isEmpty();
    }
  }

  @Test
  void opensThroughASoundSlotBesideADamagedOne() throws Exception {
    try (OpenedKeys keys = unlock(passphrase("old"))) {
      publish(List.of(keys.addSlot(passphrase("other"), CHEAP, "second", random)));
    }
    files.computeIfPresent(
        first,
        (id, file) -> {
          file[100] ^= 1;
          return file;
        });
    assertThat(KeySlots.read(REPOSITORY, files).damaged()).containsOnlyKeys(first);
    unlock(passphrase("other")).close();
    assertThatThrownBy(() -> unlock(passphrase("old")))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("1 unreadable");
    files.keySet().retainAll(List.of(first));
    assertThatThrownBy(() -> unlock(passphrase("old"))).isInstanceOf(CorruptDataException.class);
    files.clear();
    assertThatThrownBy(() -> unlock(passphrase("old")))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("keys/");
  }

  @Test
  void refusesTwoRingsOfOneGeneration() throws Exception {
    SlotFile second;
    try (OpenedKeys keys = unlock(passphrase("old"))) {
      second = keys.addSlot(passphrase("other"), CHEAP, "second", random);
      publish(List.of(second, keys.addEpoch(NOW, random).getFirst()));
    }
    Map<UUID, byte[]> firstHalf = new HashMap<>(files);
    files.keySet().retainAll(List.of(second.id()));
    try (OpenedKeys keys = unlock(passphrase("other"))) {
      publish(keys.addEpoch(NOW, random));
    }
    firstHalf.forEach(files::putIfAbsent);
    assertThatThrownBy(() -> unlock(passphrase("old")))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("different key rings of one generation");
  }

  @Test
  void refusesASlotThatWouldNotFitIntoMemory() throws Exception {
    Argon2Cost huge = new Argon2Cost(4 << 20, 1, 1);
    byte[] file;
    try (OpenedKeys keys = unlock(passphrase("old"))) {
      KeySlot slot = keys.slots().getFirst();
      file =
          new KeySlot(
                  slot.id(),
                  REPOSITORY,
                  SlotType.PASSPHRASE,
                  huge,
                  slot.label(),
                  slot.salt(),
                  slot.wrapNonce(),
                  slot.wrappedMaster(),
                  1,
                  slot.ringNonce(),
                  slot.sealedRing())
              .encode();
    }
    files.put(first, file);
    assertThatThrownBy(() -> unlock(passphrase("old")))
        .isInstanceOf(NoSpaceException.class)
        .hasMessageContaining("-Xmx");
  }

  @Test
  void opensASlotWhereOnlyGarbageIsInTheWay() throws Exception {
    int heapKib = Math.toIntExact(Runtime.getRuntime().maxMemory() >> 10);
    try (OpenedKeys keys = unlock(passphrase("old"))) {
      Argon2Cost large = new Argon2Cost(heapKib / 5 * 2, 1, 4);
      publish(List.of(keys.addSlot(passphrase("large"), large, "large", random)));
    }
    makeOldGarbage(heapKib / 3 * 2);
    try (OpenedKeys keys = unlock(passphrase("large"))) {
      assertSame(keys.ring(), ring);
    }
  }

  /** Leaves behind what has lived so long that no quick collection looks at it. */
  private static void makeOldGarbage(int kib) {
    List<byte[]> held = new ArrayList<>();
    for (int i = 0; i < kib / 64; i++) {
      held.add(new byte[64 << 10]);
    }
    System.gc();
    assertThat(held).hasSize(kib / 64);
  }

  @Test
  void keepsTheBoundsOfSlotsAndLabels() throws Exception {
    try (OpenedKeys keys = unlock(passphrase("old"))) {
      assertThatThrownBy(() -> keys.addSlot(passphrase("x"), CHEAP, "ä".repeat(101), random))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> keys.addSlot(passphrase("x"), CHEAP, "a\u001b[2J", random))
          .isInstanceOf(IllegalArgumentException.class);
      for (int i = 1; i < Limits.KEY_SLOTS; i++) {
        publish(List.of(keys.addSlot(KeyFile.of(new byte[32]), CHEAP, "slot " + i, random)));
      }
      assertThatThrownBy(() -> keys.addSlot(passphrase("x"), CHEAP, "one more", random))
          .isInstanceOf(IllegalStateException.class);
    }
    unlock(passphrase("old")).close();
    files.put(new UUID(9, 9), new byte[0]);
    assertThatThrownBy(() -> unlock(passphrase("old"))).isInstanceOf(CorruptDataException.class);
  }

  @Test
  void holdsAsManyEpochsAsThereMayBe() throws Exception {
    try (OpenedKeys keys = unlock(passphrase("old"))) {
      for (int i = 1; i < Limits.EPOCHS - 1; i++) {
        keys.addEpoch(NOW, random);
      }
      publish(keys.addEpoch(NOW, random));
      assertThatThrownBy(() -> keys.addEpoch(NOW, random))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(files.values()).allMatch(file -> file.length <= KeySlot.MAXIMUM_FILE_BYTES);
    try (OpenedKeys keys = unlock(passphrase("old"))) {
      assertThat(keys.ring().currentEpoch()).isEqualTo(Limits.EPOCHS);
      assertThat(keys.ring().packKey(500, new UUID(1, 1)).key().getEncoded()).hasSize(32);
    }
  }

  @Test
  void derivesAKeyOfItsOwnForEachPurposeAndObject() throws Exception {
    List<byte[]> keys =
        List.of(
            ring.domainKeys("a").chunkIdKey(),
            ring.domainKeys("b").chunkIdKey(),
            ring.packKey(1, new UUID(1, 1)).key().getEncoded(),
            ring.packKey(1, new UUID(1, 2)).key().getEncoded(),
            ring.manifestKey(1, new UUID(1, 1)).getEncoded(),
            ring.stateKey(new UUID(1, 1)).getEncoded());
    assertThat(keys.stream().map(HexFormat.of()::formatHex).distinct()).hasSize(keys.size());
    assertThat(ring.domainKeys("a").nodeHasher().id(new byte[1]))
        .isNotEqualTo(ring.domainKeys("a").chunkHasher().id(new byte[1]));
    assertThatThrownBy(() -> ring.packKey(2, new UUID(1, 1)))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("no such key epoch");
  }

  /** The JDK's own Ed25519 is the judge. */
  @Test
  void signsAsRfc8032Says() throws Exception {
    ReceiptSigner signer = ring.receiptSigner();
    UUID restorePoint = new UUID(5, 6);
    byte[] digest = new byte[32];
    byte[] der = HexFormat.of().parseHex("302a300506032b6570032100");
    byte[] encoded = Arrays.copyOf(der, der.length + 32);
    System.arraycopy(signer.publicKey(), 0, encoded, der.length, 32);
    Signature judge = Signature.getInstance("Ed25519");
    judge.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    judge.update("dozo/v1/receipt\0".getBytes(US_ASCII));
    judge.update(ByteBuffer.allocate(32).putLong(1).putLong(2).putLong(5).putLong(6).array());
    judge.update(digest);
    assertThat(judge.verify(signer.sign(restorePoint, digest))).isTrue();
  }

  @Test
  void signsReceiptsThatVerify() {
    ReceiptSigner signer = ring.receiptSigner();
    ReceiptVerifier verifier = new ReceiptVerifier(REPOSITORY, signer.publicKey());
    UUID restorePoint = new UUID(5, 6);
    byte[] digest = new byte[32];
    byte[] signature = signer.sign(restorePoint, digest);
    assertThat(verifier.verify(restorePoint, digest, signature)).isTrue();
    assertThat(verifier.verify(new UUID(5, 7), digest, signature)).isFalse();
    signature[3] ^= 1;
    assertThat(verifier.verify(restorePoint, digest, signature)).isFalse();
    assertThat(verifier.verify(restorePoint, digest, new byte[3])).isFalse();
  }
}
