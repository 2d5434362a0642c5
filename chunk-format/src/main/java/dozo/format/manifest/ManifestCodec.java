package dozo.format.manifest;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Envelope;
import dozo.format.EnvelopedFile;
import dozo.format.Fault;
import dozo.format.FileKind;
import dozo.format.Limits;
import dozo.format.key.Aes256Gcm;
import dozo.format.key.KeyRing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * Manifest files ({@code docs/format.md} §9): a restore point's JSON, sealed under a key of its
 * own.
 */
public final class ManifestCodec {

  private static final int HEAD_BYTES = 4 + Aes256Gcm.NONCE_BYTES;

  /** The most bytes of a manifest file; a longer one need not be read. */
  public static final int MAXIMUM_FILE_BYTES =
      Envelope.BYTES
          + HEAD_BYTES
          + Limits.MANIFEST_BYTES
          + Aes256Gcm.TAG_BYTES
          + EnvelopedFile.TRAILER_BYTES;

  private ManifestCodec() {}

  /**
   * Returns the whole file of a restore point, sealed in the current key epoch. It is read back
   * before it is handed out.
   *
   * @param random draws the nonce
   * @throws IllegalArgumentException if the JSON would be longer than it may be
   */
  public static byte[] encode(RestorePoint point, KeyRing ring, SecureRandom random) {
    byte[] json = JsonText.write(RestorePointJson.toTree(point), Limits.MANIFEST_BYTES);
    byte[] file = seal(point.id(), json, ring, random);
    try {
      if (!decode(file, point.id(), ring).restorePoint().equals(point)) {
        throw new IllegalStateException("Manifest " + point.id() + " reads back otherwise");
      }
    } catch (DozoException e) {
      throw new IllegalStateException("Manifest " + point.id() + " cannot be read back", e);
    }
    return file;
  }

  /**
   * Returns a new file for the same restore point, sealed in the current key epoch of the ring. Its
   * JSON is the same to the byte, with whatever a later version has put into it.
   */
  public static byte[] copy(Manifest manifest, KeyRing ring, SecureRandom random) {
    return seal(manifest.restorePoint().id(), manifest.json(), ring, random);
  }

  /**
   * Reads a manifest file.
   *
   * @param file all its bytes
   * @param id the restore point that its name says it is
   * @throws dozo.format.ForeignFileException if it is no file of Dozo's
   * @throws dozo.format.FormatTooNewException if a newer Dozo wrote it
   * @throws CorruptDataException if anything else does not fit
   */
  public static Manifest decode(byte[] file, RestorePointId id, KeyRing ring) throws DozoException {
    String object = "manifest " + id;
    EnvelopedFile enveloped = EnvelopedFile.decode(FileKind.MANIFEST, file, object);
    enveloped.envelope().require(id.uuid(), ring.repositoryId(), object);
    ByteBuffer body = enveloped.body();
    if (body.remaining() < HEAD_BYTES || file.length > MAXIMUM_FILE_BYTES) {
      throw new CorruptDataException(
          Fault.of("The manifest has an impossible length").in(object).actual(file.length));
    }
    int epoch = body.getInt();
    byte[] nonce = new byte[Aes256Gcm.NONCE_BYTES];
    body.get(nonce);
    byte[] sealed = new byte[body.remaining()];
    body.get(sealed);
    byte[] json =
        Aes256Gcm.open(
                ring.manifestKey(epoch, id.uuid()),
                nonce,
                associated(enveloped.envelope(), epoch),
                sealed)
            .orElseThrow(() ->
                new CorruptDataException(
                    Fault.of("The manifest fails its authentication").in(object)));
    RestorePoint point =
        RestorePointJson.fromTree(JsonText.parse(json, object, Limits.MANIFEST_BYTES), object);
    if (!point.id().equals(id)) {
      throw new CorruptDataException(
          Fault.of("The manifest describes another restore point")
              .in(object)
              .actual(point.id().toString()));
    }
    return new Manifest(point, epoch, json);
  }

  private static byte[] seal(RestorePointId id, byte[] json, KeyRing ring, SecureRandom random) {
    UUID uuid = id.uuid();
    int epoch = ring.currentEpoch();
    byte[] nonce = Aes256Gcm.nonce(random);
    int bodyLength = HEAD_BYTES + json.length + Aes256Gcm.TAG_BYTES;
    Envelope envelope = new Envelope(FileKind.MANIFEST, bodyLength, uuid, ring.repositoryId());
    try {
      byte[] sealed =
          Aes256Gcm.seal(ring.manifestKey(epoch, uuid), nonce, associated(envelope, epoch), json);
      ByteBuffer body =
          ByteBuffer.allocate(bodyLength)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(epoch)
              .put(nonce)
              .put(sealed);
      return EnvelopedFile.encode(FileKind.MANIFEST, uuid, ring.repositoryId(), body.array());
    } catch (CorruptDataException e) {
      throw new AssertionError("A ring has its own current epoch", e);
    }
  }

  private static byte[] associated(Envelope envelope, int epoch) {
    byte[] associated = new byte[Envelope.BYTES + 4];
    envelope.write(associated, 0);
    ByteBuffer.wrap(associated).order(ByteOrder.LITTLE_ENDIAN).putInt(Envelope.BYTES, epoch);
    return associated;
  }
}
