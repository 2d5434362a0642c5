package dozo.format.manifest;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Envelope;
import dozo.format.EnvelopedFile;
import dozo.format.Fault;
import dozo.format.FileKind;
import dozo.format.Limits;
import dozo.format.chunk.Algorithm;
import dozo.format.chunk.ChunkerParameters;
import java.nio.ByteBuffer;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file {@code repository.dozo} ({@code docs/format.md} §4): which repository it is, and what is
 * settled for it.
 *
 * @param identity which repository it is
 * @param parameters what is settled for it
 */
public record RepositoryFile(RepositoryIdentity identity, RepositoryParameters parameters) {

  /** The most bytes of the file; a longer one need not be read. */
  public static final int MAXIMUM_FILE_BYTES =
      Envelope.BYTES + Limits.PARAMETERS_BYTES + EnvelopedFile.TRAILER_BYTES;

  private static final String NAME = "repository.dozo";
  private static final String PARITY_PERCENT = "parityPercent";

  /** Returns the whole file. */
  public byte[] encode() {
    ObjectNode node = JsonText.object();
    node.put("created", identity.created().toString());
    ChunkerParameters chunker = parameters.chunker();
    node.putObject("chunker")
        .put("algorithm", chunker.algorithm().toString())
        .put("averageBytes", chunker.averageBytes())
        .put("minimumBytes", chunker.minimumBytes())
        .put("maximumBytes", chunker.maximumBytes())
        .put("normalization", chunker.normalization())
        .put("holeBytes", chunker.holeBytes());
    node.put("segmentBytes", parameters.segmentBytes());
    node.put("packBytes", parameters.packBytes());
    if (parameters.parityPercent() > 0) {
      node.put(PARITY_PERCENT, parameters.parityPercent());
    }
    return EnvelopedFile.encode(
        FileKind.REPOSITORY,
        identity.id(),
        identity.id(),
        JsonText.write(node, Limits.PARAMETERS_BYTES));
  }

  /**
   * Reads the file.
   *
   * @param file all its bytes
   * @throws dozo.format.ForeignFileException if it is no file of Dozo's
   * @throws dozo.format.FormatTooNewException if a newer Dozo wrote it
   * @throws CorruptDataException if anything else does not fit
   */
  public static RepositoryFile decode(byte[] file) throws DozoException {
    EnvelopedFile enveloped = EnvelopedFile.decode(FileKind.REPOSITORY, file, NAME);
    UUID id = enveloped.envelope().id();
    enveloped.envelope().require(id, id, NAME);
    ByteBuffer body = enveloped.body();
    byte[] json = new byte[body.remaining()];
    body.get(json);
    Members members = new Members(JsonText.parse(json, NAME, Limits.PARAMETERS_BYTES), NAME);
    Members chunker = members.object("chunker");
    try {
      return new RepositoryFile(
          new RepositoryIdentity(id, members.instant("created")),
          new RepositoryParameters(
              new ChunkerParameters(
                  Algorithm.parse(chunker.text("algorithm")),
                  chunker.smallNumber("averageBytes"),
                  chunker.smallNumber("minimumBytes"),
                  chunker.smallNumber("maximumBytes"),
                  chunker.smallNumber("normalization"),
                  chunker.smallNumber("holeBytes")),
              members.smallNumber("segmentBytes"),
              members.wholeNumber("packBytes"),
              members.has(PARITY_PERCENT) ? members.smallNumber(PARITY_PERCENT) : 0));
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(
          Fault.of("The repository's parameters are not as they can be")
              .in(NAME)
              .actual(String.valueOf(e.getMessage())),
          e);
    }
  }
}
