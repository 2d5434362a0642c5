package dozo.repository.ingest;

import dozo.format.ChunkId;
import dozo.format.disk.Extent;
import java.util.List;
import java.util.Optional;

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
   * @param released runs once, on any thread, when the pipeline has taken them; it must not block
   * @throws IllegalArgumentException if more bytes come than were announced; nothing is taken then
   */
  void zeros(long length, Runnable released);

  /** Why nothing can be kept from the base that was asked for; empty if it can, or none was. */
  Optional<String> noBase();

  /** The size of the base that ranges can be kept from, in bytes; 0 if there is none. */
  long baseBytes();

  /**
   * Takes {@code length} bytes, at least 1, that are as in the base.
   *
   * @param released runs once, on any thread, when the pipeline has taken them; it must not block
   * @throws IllegalArgumentException if there is no base, or it has no such range, or more bytes
   *     come than were announced; nothing is taken then
   */
  void keep(long length, Runnable released);

  /**
   * Compares a range of the base with what the client found there. If they differ, the session
   * fails with a {@link BaseMismatchException}.
   *
   * @param sha256 the hash of the client's bytes, in hexadecimal digits
   * @param done runs once, on any thread, when the base was read; it must not block
   * @throws IllegalArgumentException if there is no base, or it has no such range
   */
  void check(long offset, int length, String sha256, Runnable done);

  /**
   * Whether chunks may be announced in place of bytes: the session was begun so, the stream has no
   * base to keep from, and no bytes have come.
   */
  boolean takesChunks();

  /**
   * Takes the next runs by their ids alone. They must be what cutting the bytes would give.
   *
   * @param runs at least one, from {@link #acceptedBytes} on without a gap
   * @param listener hears what becomes of these, and from now on of those before
   * @throws IllegalArgumentException if more bytes come than were announced; nothing is taken then
   * @throws IllegalStateException if no chunks may be announced
   */
  void announce(List<Extent> runs, AnnouncementListener listener);

  /**
   * Takes the content of chunks that were judged {@link Verdict#SEND}, the next ones.
   *
   * @param released runs once, on any thread, when the pipeline has taken the bytes
   */
  void content(SentContent content, Runnable released);

  /**
   * Takes the proofs of chunks that were judged {@link Verdict#PROVE}, the next ones.
   *
   * @param number how many were proved on the stream before
   * @param proofs HMAC-SHA-256 of each chunk's bytes under the nonce of the session's terms
   * @param released runs once, on any thread, when they have been checked
   */
  void prove(long number, List<ChunkId> proofs, Runnable released);

  /**
   * Forgets the runs for which something is owed, and all behind them, because their client is
   * gone. Nothing may be called before it is done.
   *
   * @param done runs once, on any thread; {@link #acceptedBytes} then says where to go on
   */
  void rewind(Runnable done);

  /**
   * Ends the stream.
   *
   * @throws IllegalStateException if fewer bytes came than were announced
   */
  void end();

  /** How many bytes, zeros included, have been given to the stream. */
  long acceptedBytes();
}
