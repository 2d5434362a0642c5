package dozo.format.pack;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.FormatTooNewException;
import dozo.format.Limits;
import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import dozo.format.seal.ChunkOpener;
import dozo.format.seal.RecordHeader;
import dozo.format.seal.RecordType;
import dozo.format.seal.SegmentView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes a directory for a pack that has lost its own, its trailer, its header, or any part of its
 * records, from the segments that still open. Each of them carries the list of its chunks.
 *
 * <p>Confined to one thread at a time.
 */
public final class PackSalvager {

  /**
   * What could be salvaged.
   *
   * @param header the pack's header, if it is sound
   * @param key the pack's key, under which every segment in the directory opened
   * @param directory the segments that opened
   * @param damages the ranges that hold nothing to be had, in the order of the file
   */
  public record Salvage(
      Optional<PackHeader> header, PackKey key, PackDirectory directory, List<Damage> damages) {}

  private final List<PackKey> keys;
  private final ChunkOpener opener;
  private final SegmentView view = new SegmentView();
  private final DirectoryBuilder directory = new DirectoryBuilder();
  private final List<Damage> damages = new ArrayList<>();
  private @Nullable PackKey key;

  private PackSalvager(List<PackKey> keys, ChunkOpener opener) {
    this.keys = keys;
    this.opener = opener;
  }

  /**
   * Reads the whole pack. If its header is lost, every key epoch is tried on the first segments.
   *
   * @param file the pack; ranges of it that cannot be read count as damaged
   * @param packId the pack that its name says it is
   * @throws CorruptDataException if no segment can be had
   */
  public static Salvage salvage(RangedInput file, UUID packId, KeyRing ring) throws IOException {
    RangedInput input = new ForgivingInput(file);
    long size = Math.min(input.sizeBytes(), Limits.PACK_BYTES);
    Optional<PackHeader> header = header(input, size, packId, ring.repositoryId());
    List<PackKey> keys = new ArrayList<>();
    if (header.isPresent()) {
      keys.add(ring.packKey(header.get().keyEpoch(), packId));
    } else {
      for (KeyRing.EpochInfo epoch : ring.epochs().reversed()) {
        keys.add(ring.packKey(epoch.number(), packId));
      }
    }
    try (ChunkOpener opener = new ChunkOpener()) {
      PackSalvager salvager = new PackSalvager(keys, opener);
      PackScanner.scan(input, end(input, size, packId), salvager.new Gatherer());
      PackKey found = salvager.key;
      if (found == null) {
        throw new CorruptDataException(
            Fault.of("No segment of the pack can be opened").in("pack " + packId));
      }
      return new Salvage(header, found, salvager.directory.build(), List.copyOf(salvager.damages));
    }
  }

  /** Opens what the scan finds. */
  private final class Gatherer implements PackScanner.Visitor {

    @Override
    public void record(long offset, RecordHeader header, boolean sound, byte[] record) {
      if (!sound) {
        damage(offset, header, "The checksum of the sealed bytes differs");
      } else if (header.type() == RecordType.SEGMENT && !open(offset, header, record)) {
        damage(offset, header, "The segment fails its authentication");
      }
    }

    @Override
    public void gap(long offset, long lengthBytes) {
      damages.add(new Damage(offset, lengthBytes, "There is no record"));
    }
  }

  private boolean open(long offset, RecordHeader header, byte[] record) {
    PackKey known = key;
    for (PackKey candidate : known == null ? keys : List.of(known)) {
      try {
        opener.open(candidate, record, 0, header.recordLength(), offset, view);
      } catch (CorruptDataException e) {
        continue;
      }
      key = candidate;
      directory.addSegment(offset, header.sealedLength(), header.plainLength());
      for (int i = 0; i < view.chunkCount(); i++) {
        directory.addChunk(view.id(i), view.length(i));
      }
      return true;
    }
    return false;
  }

  private void damage(long offset, RecordHeader header, String what) {
    damages.add(new Damage(offset, header.recordLength(), what));
  }

  private static Optional<PackHeader> header(
      RangedInput input, long size, UUID packId, UUID repositoryId) throws IOException {
    byte[] first = PackReader.read(input, 0, (int) Math.min(size, PackHeader.BYTES));
    try {
      return Optional.of(PackHeader.decode(first, packId, repositoryId));
    } catch (FormatTooNewException e) {
      throw e;
    } catch (DozoException e) {
      return Optional.empty();
    }
  }

  private static long end(RangedInput input, long size, UUID packId) throws IOException {
    if (size < PackTrailer.BYTES) {
      return size;
    }
    try {
      PackTrailer.decode(
          PackReader.read(input, size - PackTrailer.BYTES, PackTrailer.BYTES), packId, size);
      return size - PackTrailer.BYTES;
    } catch (CorruptDataException e) {
      return size;
    }
  }
}
