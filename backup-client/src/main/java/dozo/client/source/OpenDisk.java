package dozo.client.source;

import java.io.IOException;

/** A disk in files that this process holds open. */
interface OpenDisk extends FrozenDisk, AutoCloseable {

  /**
   * Compares the disk's files with what they were when they were opened.
   *
   * @throws SourceChangedException if one was written to
   */
  void verify() throws IOException;

  @Override
  void close() throws IOException;
}
