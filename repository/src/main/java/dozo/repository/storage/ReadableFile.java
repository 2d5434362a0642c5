package dozo.repository.storage;

import dozo.format.pack.RangedInput;

/** A file that does not change any more. Safe for use by several threads. */
public interface ReadableFile extends RangedInput, AutoCloseable {

  /** The file's size when it was opened. */
  @Override
  long sizeBytes();

  /** Closes the file. May be called more than once. */
  @Override
  void close();
}
