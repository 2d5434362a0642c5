package dozo.repository.ingest;

/**
 * One disk or configuration file of a session, taken in from its first byte to its last.
 *
 * <p>Calls never block, and are made in order by one thread at a time. When the session has failed
 * they do nothing but release buffers; {@link IngestSession#failure} tells why.
 */
public interface IngestStream {

  /** The name of the disk or file. */
  String name();

  /** The size that was announced, in bytes. */
  long sizeBytes();

  /**
   * Takes the next bytes.
   *
   * @param buffer holds them; it belongs to the stream until {@code released} runs
   * @param offset where they begin in the buffer
   * @param length how many, at least 1
   * @param released runs once, on any thread, when the pipeline has taken the bytes; it must not
   *     block. That it is held back is how a slow disk slows its clients
   * @throws IllegalArgumentException if more bytes come than were announced; nothing is taken then
   */
  void data(byte[] buffer, int offset, int length, Runnable released);

  /**
   * Takes {@code length} zero bytes, at least 1, in constant time and memory.
   *
   * @throws IllegalArgumentException if more bytes come than were announced; nothing is taken then
   */
  void zeros(long length);

  /**
   * Ends the stream.
   *
   * @throws IllegalStateException if fewer bytes came than were announced
   */
  void end();

  /** How many bytes, zeros included, have been given to the stream. */
  long acceptedBytes();
}
