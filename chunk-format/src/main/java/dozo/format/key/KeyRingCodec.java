package dozo.format.key;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.FormatTooNewException;
import dozo.format.Limits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The plain bytes of a key ring ({@code docs/format.md} §5). */
final class KeyRingCodec {

  private static final int VERSION = 1;
  private static final int HEAD_BYTES = 4 + 3 * Hkdf.BYTES;
  private static final int EPOCH_BYTES = 4 + 8 + Hkdf.BYTES;

  /** The most plain bytes of a ring. */
  static final int MAXIMUM_BYTES = HEAD_BYTES + Limits.EPOCHS * EPOCH_BYTES;

  private KeyRingCodec() {}

  /** Returns the bytes, which the caller should wipe. */
  static byte[] encode(KeyRing ring) {
    List<KeyRing.Epoch> epochs = ring.epochKeys();
    ByteBuffer plain =
        ByteBuffer.allocate(HEAD_BYTES + epochs.size() * EPOCH_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) VERSION)
            .putShort((short) epochs.size())
            .put(ring.idRoot())
            .put(ring.receiptSeed())
            .put(ring.stateRoot());
    for (KeyRing.Epoch epoch : epochs) {
      plain.putInt(epoch.number()).putLong(epoch.createdSeconds()).put(epoch.key());
    }
    return plain.array();
  }

  /** Reads bytes that have been authenticated; the caller should wipe them. */
  static KeyRing decode(byte[] bytes, UUID repositoryId, long generation, String object)
      throws DozoException {
    ByteBuffer plain = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < HEAD_BYTES) {
      throw corrupt("The key ring is too short", object);
    }
    int version = Short.toUnsignedInt(plain.getShort());
    if (version > VERSION) {
      throw new FormatTooNewException(
          Fault.of("A newer Dozo wrote this key ring")
              .in(object)
              .expected(VERSION)
              .actual(version)
              .cure("use that newer version"));
    }
    int count = Short.toUnsignedInt(plain.getShort());
    if (version < 1
        || count < 1
        || count > Limits.EPOCHS
        || bytes.length != HEAD_BYTES + count * EPOCH_BYTES) {
      throw corrupt("The key ring's length is not that of its epochs", object);
    }
    byte[] idRoot = take(plain);
    byte[] receiptSeed = take(plain);
    byte[] stateKey = take(plain);
    List<KeyRing.Epoch> epochs = new ArrayList<>(count);
    int previous = 0;
    for (int i = 0; i < count; i++) {
      int number = plain.getInt();
      long created = plain.getLong();
      if (number <= previous || created < 0 || created > MAXIMUM_SECONDS) {
        throw corrupt("The key ring's epochs do not ascend from 1", object);
      }
      epochs.add(new KeyRing.Epoch(number, created, take(plain)));
      previous = number;
    }
    return new KeyRing(repositoryId, generation, idRoot, receiptSeed, stateKey, epochs);
  }

  /** The end of the year 9999: what every kind of timestamp can hold. */
  private static final long MAXIMUM_SECONDS = 253_402_300_799L;

  private static byte[] take(ByteBuffer plain) {
    byte[] key = new byte[Hkdf.BYTES];
    plain.get(key);
    return key;
  }

  private static CorruptDataException corrupt(String what, String object) {
    return new CorruptDataException(Fault.of(what).in(object));
  }
}
