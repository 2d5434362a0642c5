package dozo.repository.pack;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.Limits;
import dozo.format.key.PackKey;
import dozo.format.pack.PackHeader;
import dozo.format.pack.PackReader;
import dozo.format.seal.RecordHeader;
import dozo.repository.storage.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A pack whose segments can be read until it is closed. Safe for use by several threads.
 *
 * @param file the pack's bytes
 * @param key opens them
 */
public record OpenPack(ReadableFile file, PackKey key) implements AutoCloseable {

  private static final int LONGEST_SEALED_BYTES = Limits.SEGMENT_BYTES + RecordHeader.TAG_BYTES;

  /**
   * Reads the record of a segment, without looking at it.
   *
   * @param offset where the record's header lies
   * @param sealedBytes as the directory or the index tells it
   * @param target gets the whole record from its start on
   * @throws CorruptDataException if no segment can lie there
   */
  public void readRecord(long offset, int sealedBytes, byte[] target) throws IOException {
    if (offset < PackHeader.BYTES
        || sealedBytes <= RecordHeader.TAG_BYTES
        || sealedBytes > LONGEST_SEALED_BYTES
        || offset > file.sizeBytes() - PackReader.recordLength(sealedBytes)) {
      throw new CorruptDataException(
          Fault.of("No segment can lie there")
              .in("pack " + key.packId())
              .at(offset)
              .expected("a record in " + file.sizeBytes() + " bytes")
              .actual(sealedBytes + " sealed bytes"));
    }
    file.read(offset, ByteBuffer.wrap(target, 0, PackReader.recordLength(sealedBytes)));
  }

  @Override
  public void close() {
    file.close();
  }
}
