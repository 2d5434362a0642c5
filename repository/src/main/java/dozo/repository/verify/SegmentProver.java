package dozo.repository.verify;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.key.DomainKeys;
import dozo.format.key.PackKey;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackReader;
import dozo.format.seal.ChunkOpener;
import dozo.format.seal.SegmentView;
import dozo.repository.read.IdProver;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * Proves that a segment holds what its pack's directory says: checksum, authentication,
 * decompression, the list of its chunks, and each chunk's id. For one thread at a time.
 */
final class SegmentProver implements AutoCloseable {

  private final ChunkOpener opener = new ChunkOpener();
  private final SegmentView view = new SegmentView();
  private final IdProver ids;

  /** Makes a prover that knows the id keys of some dedup domains. */
  SegmentProver(Collection<DomainKeys> keys) {
    this.ids = new IdProver(keys);
  }

  /**
   * Proves a segment.
   *
   * @param bytes hold its record from {@code offset} on
   * @param unproven gets each chunk whose id no known domain's key gives: it is wrong, or of a
   *     domain that no restore point has
   * @throws CorruptDataException if anything does not fit
   */
  void prove(
      PackKey key,
      ContentKind kind,
      PackDirectory directory,
      int segment,
      byte[] bytes,
      int offset,
      Consumer<ChunkId> unproven)
      throws CorruptDataException {
    long fileOffset = directory.offset(segment);
    int length = PackReader.recordLength(directory.sealedLength(segment));
    opener.open(key, bytes, offset, length, fileOffset, view);
    compare(directory, segment, key);
    for (int i = 0; i < view.chunkCount(); i++) {
      if (!ids.isProven(kind, view.id(i), view.plain(), view.offset(i), view.length(i))) {
        unproven.accept(view.id(i));
      }
    }
  }

  private void compare(PackDirectory directory, int segment, PackKey key)
      throws CorruptDataException {
    int first = directory.firstChunk(segment);
    boolean same = view.chunkCount() == directory.chunkCount(segment);
    for (int i = 0; same && i < view.chunkCount(); i++) {
      same =
          view.id(i).equals(directory.id(first + i))
              && view.length(i) == directory.length(first + i);
    }
    if (!same) {
      throw new CorruptDataException(
          Fault.of("The segment's list of chunks is not what the pack's directory says")
              .in("pack " + key.packId())
              .at(directory.offset(segment)));
    }
  }

  @Override
  public void close() {
    opener.close();
  }
}
