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
import java.security.SecureRandom;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** State files ({@code docs/format.md} §10): what operators set, sealed, one file an entry. */
public final class StateCodec {

  /** The most bytes of a state file; a longer one need not be read. */
  public static final int MAXIMUM_FILE_BYTES =
      Envelope.BYTES
          + Aes256Gcm.NONCE_BYTES
          + Limits.STATE_BYTES
          + Aes256Gcm.TAG_BYTES
          + EnvelopedFile.TRAILER_BYTES;

  private static final String KIND = "kind";

  private StateCodec() {}

  /**
   * Returns the whole file of an entry.
   *
   * @param random draws the nonce
   * @throws IllegalArgumentException if the JSON would be longer than it may be
   */
  public static byte[] encode(StateEntry entry, KeyRing ring, SecureRandom random) {
    ObjectNode node = JsonText.object();
    node.put(KIND, entry.kind());
    node.setAll(entry.content());
    byte[] json = JsonText.write(node, Limits.STATE_BYTES);
    byte[] nonce = Aes256Gcm.nonce(random);
    int bodyLength = nonce.length + json.length + Aes256Gcm.TAG_BYTES;
    byte[] envelope = new byte[Envelope.BYTES];
    new Envelope(FileKind.STATE, bodyLength, entry.id(), ring.repositoryId()).write(envelope, 0);
    byte[] sealed = Aes256Gcm.seal(ring.stateKey(entry.id()), nonce, envelope, json);
    ByteBuffer body = ByteBuffer.allocate(bodyLength).put(nonce).put(sealed);
    return EnvelopedFile.encode(FileKind.STATE, entry.id(), ring.repositoryId(), body.array());
  }

  /**
   * Reads a state file.
   *
   * @param file all its bytes
   * @param kind the kind that its directory says it is
   * @param id the entry that its name says it is
   * @throws dozo.format.ForeignFileException if it is no file of Dozo's
   * @throws dozo.format.FormatTooNewException if a newer Dozo wrote it
   * @throws CorruptDataException if anything else does not fit
   */
  public static StateEntry decode(byte[] file, String kind, UUID id, KeyRing ring)
      throws DozoException {
    String object = "state entry " + kind + "/" + id;
    EnvelopedFile enveloped = EnvelopedFile.decode(FileKind.STATE, file, object);
    enveloped.envelope().require(id, ring.repositoryId(), object);
    ByteBuffer body = enveloped.body();
    if (body.remaining() < Aes256Gcm.NONCE_BYTES || file.length > MAXIMUM_FILE_BYTES) {
      throw new CorruptDataException(
          Fault.of("The state file has an impossible length").in(object).actual(file.length));
    }
    byte[] nonce = new byte[Aes256Gcm.NONCE_BYTES];
    body.get(nonce);
    byte[] sealed = new byte[body.remaining()];
    body.get(sealed);
    byte[] json =
        Aes256Gcm.open(ring.stateKey(id), nonce, enveloped.envelopeBytes(), sealed)
            .orElseThrow(() ->
                new CorruptDataException(
                    Fault.of("The state file fails its authentication").in(object)));
    ObjectNode node = JsonText.parse(json, object, Limits.STATE_BYTES);
    String told = new Members(node, object).text(KIND);
    if (!told.equals(kind)) {
      throw new CorruptDataException(
          Fault.of("The state file is of another kind than its directory says")
              .in(object)
              .expected(kind)
              .actual(told));
    }
    node.remove(KIND);
    return new StateEntry(kind, id, node);
  }
}
