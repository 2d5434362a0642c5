package dozo.format.golden;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A second reader, written from {@code docs/format.md} alone: from a slot file and a passphrase to
 * the bytes of a disk. It uses nothing of what it is meant to check, and nothing clever.
 */
final class FromTheDocument {

  private final byte[] repositoryId;
  private final byte[] idRoot;
  private final Map<Integer, byte[]> epochs = new HashMap<>();
  private final Map<String, byte[]> chunks = new HashMap<>();

  /** §5: opens the key ring. */
  FromTheDocument(byte[] slotFile, String passphrase) throws Exception {
    byte[] body = body(slotFile, "KEYS");
    ByteBuffer numbers = le(body);
    require(body[0] == 1, "a slot of a passphrase");
    int labelLength = Short.toUnsignedInt(numbers.getShort(2));
    byte[] kek =
        argon2id(
            Normalizer.normalize(passphrase, Normalizer.Form.NFC).getBytes(UTF_8),
            Arrays.copyOfRange(body, 16, 48),
            numbers.getInt(4),
            numbers.getInt(8),
            body[1]);
    byte[] associated =
        join(
            Arrays.copyOfRange(slotFile, 0, 12),
            Arrays.copyOfRange(slotFile, 16, 48),
            Arrays.copyOfRange(body, 0, 12),
            Arrays.copyOfRange(body, 16, 48),
            Arrays.copyOfRange(body, 108, 108 + labelLength));
    byte[] master =
        gcm(kek, Arrays.copyOfRange(body, 48, 60), associated, Arrays.copyOfRange(body, 60, 108));
    repositoryId = Arrays.copyOfRange(slotFile, 32, 48);
    int at = 108 + labelLength;
    byte[] ring =
        gcm(
            hkdf(master, repositoryId, ascii("dozo/v1/key-ring")),
            Arrays.copyOfRange(body, at + 8, at + 20),
            join(repositoryId, Arrays.copyOfRange(body, at, at + 8)),
            Arrays.copyOfRange(body, at + 20, body.length));
    require(numbers.getInt(12) == body.length - at - 20, "the length of the sealed key ring");
    ByteBuffer plain = le(ring);
    require(plain.getShort() == 1, "a key ring of version 1");
    int count = plain.getShort();
    idRoot = take(plain, 32);
    take(plain, 64);
    for (int i = 0; i < count; i++) {
      int number = plain.getInt();
      plain.getLong();
      epochs.put(number, take(plain, 32));
    }
    require(!plain.hasRemaining(), "the end of the key ring");
  }

  /** §6, §7: takes all chunks or nodes out of a pack, by way of its trailer and its directory. */
  void readPack(byte[] pack, int contentKind) throws Exception {
    ByteBuffer numbers = le(pack);
    require(ascii(pack, 0, 8).equals("DOZOPACK"), "a pack");
    require(numbers.getInt(60) == crc(pack, 0, 60), "the pack header's CRC");
    require(pack[52] == contentKind, "the content kind");
    byte[] packId = Arrays.copyOfRange(pack, 16, 32);
    byte[] key =
        hkdf(
            epochs.getOrDefault(numbers.getInt(48), new byte[0]),
            repositoryId,
            join(ascii("dozo/v1/pack"), packId));

    int trailer = pack.length - 48;
    require(ascii(pack, trailer + 44, 4).equals("DZND"), "the end");
    require(numbers.getInt(trailer + 40) == crc(pack, trailer, 40), "the trailer's CRC");
    require(Arrays.equals(packId, Arrays.copyOfRange(pack, trailer + 16, trailer + 32)), "the id");
    require(numbers.getLong(trailer + 32) == pack.length, "the length");
    int directoryAt = (int) numbers.getLong(trailer);
    ByteBuffer directory = le(record(pack, directoryAt, 2, packId, key));
    int segments = directory.getInt();
    require(segments == numbers.getInt(trailer + 8), "the number of segments");
    for (int s = 0; s < segments; s++) {
      int at = (int) directory.getLong();
      int sealedLength = directory.getInt();
      int plainLength = directory.getInt();
      int listed = directory.getInt();
      byte[] plain = record(pack, at, 1, packId, key);
      require(plain.length == plainLength, "the plain length");
      require(numbers.getInt(at + 16) == sealedLength, "the sealed length");
      ByteBuffer list = le(plain);
      require(list.getInt() == listed, "the number of chunks");
      int dataAt = 4 + 36 * listed;
      for (int c = 0; c < listed; c++) {
        byte[] id = take(list, 32);
        int length = list.getInt();
        require(Arrays.equals(id, take(directory, 32)), "the same id in both lists");
        require(length == directory.getInt(), "the same length in both lists");
        byte[] chunk = Arrays.copyOfRange(plain, dataAt, dataAt + length);
        String purpose = contentKind == 1 ? "dozo/v1/chunk-id" : "dozo/v1/node-id";
        byte[] idKey =
            hkdf(idRoot, repositoryId, join(ascii(purpose), new byte[1], ascii("default")));
        require(Arrays.equals(id, hmac(idKey, chunk)), "the id of the bytes");
        chunks.put(HexFormat.of().formatHex(id), chunk);
        dataAt += length;
      }
      require(dataAt == plain.length, "the end of the segment");
    }
    require(!directory.hasRemaining(), "the end of the directory");
  }

  /** §9: opens a manifest. */
  JsonNode readManifest(byte[] file) throws Exception {
    byte[] body = body(file, "MANI");
    byte[] key =
        hkdf(
            epochs.getOrDefault(le(body).getInt(0), new byte[0]),
            repositoryId,
            join(ascii("dozo/v1/manifest"), Arrays.copyOfRange(file, 16, 32)));
    byte[] json =
        gcm(
            key,
            Arrays.copyOfRange(body, 4, 16),
            join(Arrays.copyOfRange(file, 0, 48), Arrays.copyOfRange(body, 0, 4)),
            Arrays.copyOfRange(body, 16, body.length));
    return JsonMapper.shared().readTree(json);
  }

  /** §8: walks a chunk map and returns the bytes of the disk. */
  byte[] readDisk(String node, int level) {
    byte[] bytes = chunk(node);
    ByteBuffer numbers = le(bytes);
    require(ascii(bytes, 0, 4).equals("DzMn") && bytes[4] == 1 && bytes[5] == level, "a node");
    int entries = numbers.getInt(8);
    numbers.position(16);
    ByteArrayOutputStream disk = new ByteArrayOutputStream();
    for (int i = 0; i < entries; i++) {
      int length = (int) numbers.getLong();
      if (level > 0) {
        numbers.getLong();
      }
      String id = HexFormat.of().formatHex(take(numbers, 32));
      byte[] part =
          level > 0
              ? readDisk(id, level - 1)
              : id.equals("0".repeat(64)) ? new byte[length] : chunk(id);
      require(part.length == length, "an entry's length");
      disk.writeBytes(part);
    }
    return disk.toByteArray();
  }

  private byte[] chunk(String id) {
    byte[] chunk = chunks.get(id);
    if (chunk == null) {
      throw new IllegalStateException("There is no chunk " + id);
    }
    return chunk;
  }

  /** §3: checks a file's frame and returns its body. */
  private static byte[] body(byte[] file, String kind) {
    require(ascii(file, 0, 8).equals("DOZO" + kind), "the magic and the kind");
    ByteBuffer numbers = le(file);
    require(numbers.getInt(8) == 1, "version 1 without flags");
    int length = numbers.getInt(12);
    require(file.length == 48 + length + 16, "the length of the body");
    require(numbers.getLong(48 + length) == file.length, "the length of the file");
    require(numbers.getInt(56 + length) == crc(file, 0, 56 + length), "the CRC");
    require(ascii(file, 60 + length, 4).equals("DZND"), "the end");
    return Arrays.copyOfRange(file, 48, 48 + length);
  }

  /** §6, §7: opens a record. */
  private static byte[] record(byte[] pack, int at, int type, byte[] packId, byte[] key)
      throws Exception {
    ByteBuffer numbers = le(pack);
    require(ascii(pack, at, 4).equals("DzRc") && pack[at + 8] == type, "a record of that type");
    require(numbers.getInt(at + 28) == crc(pack, at, 28), "the record header's CRC");
    int plainLength = numbers.getInt(at + 12);
    int sealedLength = numbers.getInt(at + 16);
    require(numbers.getInt(at + 20) == crc(pack, at + 32, sealedLength), "the sealed bytes' CRC");
    byte[] nonce = new byte[12];
    le(nonce).putInt(numbers.getInt(at + 4));
    byte[] opened =
        gcm(
            key,
            nonce,
            join(packId, Arrays.copyOfRange(pack, at, at + 20)),
            Arrays.copyOfRange(pack, at + 32, at + 32 + sealedLength));
    if (pack[at + 9] == 0) {
      return opened;
    }
    byte[] plain = new byte[plainLength];
    require(Zstd.decompress(plain, opened) == plainLength, "the length of the zstd frame");
    return plain;
  }

  private static byte[] argon2id(byte[] passphrase, byte[] salt, int kib, int passes, int lanes) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(0x13)
            .withSalt(salt)
            .withMemoryAsKB(kib)
            .withIterations(passes)
            .withParallelism(lanes)
            .build());
    byte[] key = new byte[32];
    generator.generateBytes(passphrase, key);
    return key;
  }

  /** RFC 5869, with one block of output. */
  private static byte[] hkdf(byte[] ikm, byte[] salt, byte[] info) throws Exception {
    return hmac(hmac(salt, ikm), join(info, new byte[] {1}));
  }

  private static byte[] hmac(byte[] key, byte[] message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  private static byte[] gcm(byte[] key, byte[] nonce, byte[] associated, byte[] sealed)
      throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(associated);
    return cipher.doFinal(sealed);
  }

  private static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static ByteBuffer le(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] take(ByteBuffer buffer, int length) {
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  private static String ascii(byte[] bytes, int offset, int length) {
    return new String(bytes, offset, length, US_ASCII);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("Not as the document says: " + what);
    }
  }
}
