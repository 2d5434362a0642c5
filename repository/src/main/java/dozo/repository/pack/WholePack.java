package dozo.repository.pack;

import dozo.format.key.PackKey;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackHeader;
import dozo.format.pack.PackTrailer;
import dozo.repository.storage.ReadableFile;
import java.util.UUID;

/**
 * A pack whose header, trailer and directory were found sound in its file. Safe for use by several
 * threads until it is closed.
 *
 * @param file the pack's bytes
 * @param key opens them
 * @param header the pack's header
 * @param trailer the pack's trailer
 * @param directory the pack's directory
 */
public record WholePack(
    ReadableFile file, PackKey key, PackHeader header, PackTrailer trailer, PackDirectory directory)
    implements AutoCloseable {

  /** The pack's id. */
  public UUID id() {
    return key.packId();
  }

  @Override
  public void close() {
    file.close();
  }
}
