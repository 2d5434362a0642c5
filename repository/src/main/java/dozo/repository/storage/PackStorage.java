package dozo.repository.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Where packs are kept: objects that are written once, read in ranges, and deleted. It asks for
 * nothing that an object store with conditional writes could not do: a published object never
 * grows, nothing is renamed, and no times are relied on.
 *
 * <p>Safe for use by several threads.
 */
public interface PackStorage {

  /** Begins an object of that name. Until it is published, nobody sees it. */
  Upload begin(UUID packId) throws IOException;

  /**
   * Opens an object for reading in ranges.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  ReadableFile open(UUID packId) throws IOException;

  /** What the object is called in errors: a file's path, or its like elsewhere. */
  String describe(UUID packId);

  /** Lists all published objects, in no order. */
  List<StoredPack> list() throws IOException;

  /**
   * Makes packs that are there stay there: a process that was killed may have given them names that
   * a power cut would still take away.
   */
  void settle(Collection<UUID> packIds) throws IOException;

  /**
   * Deletes an object; one that is not there is deleted already.
   *
   * @return empty, or the instant before which the storage will not delete it
   */
  Optional<Instant> delete(UUID packId) throws IOException;

  /**
   * Takes objects out of use, but keeps them until they are purged: they can be restored, and are
   * neither listed nor opened. Those that are not there are out of use already.
   *
   * @param at when, which is kept with them
   * @throws IOException if not all of this is on stable storage; what was done stays done
   */
  void retire(Collection<UUID> packIds, Instant at) throws IOException;

  /** Lists what was retired and not purged, in no order. */
  List<RetiredPack> retired() throws IOException;

  /** Puts a retired object back. */
  void restore(RetiredPack pack) throws IOException;

  /**
   * Deletes retired objects for good; those that are not there are deleted already.
   *
   * @return those that the storage will not delete yet, each with the instant before which it will
   *     not
   */
  Map<RetiredPack, Instant> purge(Collection<RetiredPack> packs) throws IOException;

  /**
   * An object that was retired.
   *
   * @param id its name
   * @param at when it was retired, in whole seconds
   * @param sizeBytes its size
   */
  record RetiredPack(UUID id, Instant at, long sizeBytes) {}

  /**
   * A published object.
   *
   * @param id its name
   * @param sizeBytes its size
   */
  record StoredPack(UUID id, long sizeBytes) {}

  /** What became of a publication. */
  enum Outcome {
    /** The object is on stable storage under its name. */
    CREATED,
    /** It was there already, with the same bytes. */
    ALREADY_THE_SAME,
    /** The name is taken by other bytes, which have not been touched. */
    CONFLICT,
    /** It may or may not be there, and may or may not survive: looking again later tells. */
    UNKNOWN
  }

  /**
   * An object that is being written. Whoever closes it unpublished discards it.
   *
   * <p>For one thread at a time. After an exception nothing more can be done with it but closing.
   */
  interface Upload extends AutoCloseable {

    /** Appends the bytes from the buffer's position to its limit. */
    void append(ByteBuffer bytes) throws IOException;

    /** Puts the object under its name, if that is free. */
    Outcome publish() throws IOException;

    /** Opens what has been appended, for a look at it before it gets a name. */
    ReadableFile readBack() throws IOException;

    /**
     * Puts the object under its name in place of what is there. Only for an object that was found
     * damaged, and with the very bytes that it had when it was published, so that a name still
     * stands for one content.
     *
     * @return {@link Outcome#CONFLICT} if the storage never replaces anything
     */
    Outcome replace() throws IOException;

    @Override
    void close();
  }
}
