package dozo.repository.pack;

import dozo.format.CorruptDataException;
import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.pack.PackHeader;
import dozo.format.seal.SegmentRecord;
import dozo.repository.storage.PackStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A pack that is being written. Whoever closes it unpublished discards it.
 *
 * <p>For one thread at a time. After an exception nothing more can be done with it but closing.
 */
public final class NewPack implements AutoCloseable {

  /** A pack of highly compressible data is closed early, so that its directory stays small. */
  private static final int MAXIMUM_CHUNKS = 1 << 18;

  private final PackBuilder builder;
  private final PackOutput output;
  private final long packBytes;

  private NewPack(PackBuilder builder, PackOutput output, long packBytes) {
    this.builder = builder;
    this.output = output;
    this.packBytes = packBytes;
  }

  /**
   * Begins a pack under the current epoch.
   *
   * @param id fresh from a random source
   * @param buffer gathers what is written, and is the pack's until it is closed
   */
  public static NewPack begin(
      PackStorage storage,
      RepositoryParameters parameters,
      KeyRing ring,
      UUID id,
      ContentKind kind,
      ByteBuffer buffer)
      throws IOException {
    PackHeader header = new PackHeader(id, ring.repositoryId(), ring.currentEpoch(), kind);
    PackBuilder builder =
        new PackBuilder(header, currentKey(ring, header), parameters.parityPercent());
    NewPack pack =
        new NewPack(builder, new PackOutput(storage.begin(id), buffer), parameters.packBytes());
    try {
      byte[] bytes = header.encode();
      pack.output.write(bytes, bytes.length);
      return pack;
    } catch (IOException | RuntimeException | Error e) {
      pack.close();
      throw e;
    }
  }

  private static PackKey currentKey(KeyRing ring, PackHeader header) {
    try {
      return ring.packKey(header.keyEpoch(), header.packId());
    } catch (CorruptDataException e) {
      throw new IllegalStateException("A key ring has its own current epoch", e);
    }
  }

  /** The pack's id. */
  public UUID id() {
    return builder.header().packId();
  }

  /** Whether the pack stays within the format's limits with this record. */
  public boolean hasRoomFor(SegmentRecord record) {
    return builder.hasRoomFor(record);
  }

  /** Whether the pack has its size. */
  public boolean isFull() {
    return builder.lengthBytes() >= packBytes || builder.chunkCount() >= MAXIMUM_CHUNKS;
  }

  /** Seals a record where it lies, and writes it. */
  public void add(SegmentRecord record) throws IOException {
    builder.add(record);
    output.write(record.bytes(), record.length());
  }

  /**
   * Ends the pack and publishes it.
   *
   * @return what is in it, now on stable storage
   */
  public PackBuilder publish() throws IOException {
    byte[] end = builder.finish();
    output.write(end, end.length);
    PackStorage.Outcome outcome = output.publish();
    if (outcome != PackStorage.Outcome.CREATED) {
      throw new IOException("Pack " + id() + " cannot be published: " + outcome);
    }
    return builder;
  }

  @Override
  public void close() {
    output.close();
  }
}
