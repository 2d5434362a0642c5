package dozo.repository.index;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dozo.format.UuidBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.LmdbException;
import org.lmdbjava.SeekOp;
import org.lmdbjava.Txn;

/**
 * An LMDB environment with the tables of an index, which is known to be of one repository.
 *
 * @param env the environment, which whoever opened it closes
 * @param chunks ids to locations
 * @param packs numbers to packs
 * @param mapBytes how large the map is
 */
record LmdbTables(
    Env<ByteBuffer> env, Dbi<ByteBuffer> chunks, Dbi<ByteBuffer> packs, long mapBytes) {

  static final String CHUNKS = "chunks";
  static final String PACKS = "packs";
  private static final String META = "meta";
  private static final String DATA_FILE = "data.mdb";
  private static final String LOCK_FILE = "lock.mdb";
  private static final int VERSION = 2;
  private static final int READERS = 1_024;

  /** Address space only, which costs nothing: the file grows with what is in it. */
  private static final long[] MAP_BYTES = {256L << 30, 32L << 30, 4L << 30, 512L << 20};

  private static final byte[] META_VERSION = "version".getBytes(US_ASCII);
  private static final byte[] META_REPOSITORY = "repository".getBytes(US_ASCII);

  /** The file that everything is in. */
  static Path file(Path directory) {
    return directory.resolve(DATA_FILE);
  }

  /** Deletes an environment that nobody has open, but nothing that is not LMDB's. */
  static void delete(Path directory) throws IOException {
    Files.deleteIfExists(file(directory));
    Files.deleteIfExists(directory.resolve(LOCK_FILE));
  }

  /**
   * Opens an environment, and makes it this repository's if it is empty.
   *
   * @throws IOException if it cannot be opened, or is of another repository or version
   */
  static LmdbTables open(Path directory, UUID repositoryId) throws IOException {
    // Whoever locked it last is gone, since the repository's own lock is held.
    Files.deleteIfExists(directory.resolve(LOCK_FILE));
    Mapped mapped = map(directory, EnvFlags.MDB_NOTLS, EnvFlags.MDB_NORDAHEAD);
    try (Txn<ByteBuffer> txn = mapped.env.txnWrite()) {
      Dbi<ByteBuffer> meta = table(txn, mapped.env, META, DbiFlags.MDB_CREATE);
      Dbi<ByteBuffer> chunks = table(txn, mapped.env, CHUNKS, DbiFlags.MDB_CREATE);
      Dbi<ByteBuffer> packs = table(txn, mapped.env, PACKS, DbiFlags.MDB_CREATE);
      if (meta.get(txn, IndexRecords.direct(META_VERSION)) == null) {
        put(meta, txn, META_VERSION, new byte[] {VERSION});
        put(meta, txn, META_REPOSITORY, UuidBytes.of(repositoryId));
      }
      examine(meta, txn, repositoryId);
      examinePacks(packs, txn);
      txn.commit();
      return new LmdbTables(mapped.env, chunks, packs, mapped.bytes);
    } catch (LmdbException | IOException e) {
      mapped.env.close();
      throw e instanceof IOException io ? io : unusable(directory, e);
    }
  }

  /** As {@link #open}, but changes nothing, and takes no lock. */
  static LmdbTables openReadOnly(Path directory, UUID repositoryId) throws IOException {
    Mapped mapped =
        map(
            directory,
            EnvFlags.MDB_NOTLS,
            EnvFlags.MDB_NORDAHEAD,
            EnvFlags.MDB_RDONLY_ENV,
            EnvFlags.MDB_NOLOCK);
    try (Txn<ByteBuffer> txn = mapped.env.txnRead()) {
      Dbi<ByteBuffer> meta = table(txn, mapped.env, META);
      Dbi<ByteBuffer> chunks = table(txn, mapped.env, CHUNKS);
      Dbi<ByteBuffer> packs = table(txn, mapped.env, PACKS);
      examine(meta, txn, repositoryId);
      examinePacks(packs, txn);
      txn.commit();
      return new LmdbTables(mapped.env, chunks, packs, mapped.bytes);
    } catch (LmdbException | IOException e) {
      mapped.env.close();
      throw e instanceof IOException io ? io : unusable(directory, e);
    }
  }

  private record Mapped(Env<ByteBuffer> env, long bytes) {}

  private static Mapped map(Path directory, EnvFlags... flags) throws IOException {
    LmdbLibrary.load();
    LmdbException last = null;
    for (long bytes : MAP_BYTES) {
      try {
        Env<ByteBuffer> env =
            Env.create()
                .setMapSize(bytes)
                .setMaxDbs(3)
                .setMaxReaders(READERS)
                .open(directory.toFile(), 0600, flags);
        return new Mapped(env, bytes);
      } catch (LmdbException e) {
        last = e; // Too little address space, or something that the smallest map will show as well.
      }
    }
    throw new IOException("LMDB cannot open " + directory, last);
  }

  private static Dbi<ByteBuffer> table(
      Txn<ByteBuffer> txn, Env<ByteBuffer> env, String name, DbiFlags... flags) {
    return env.openDbi(txn, name.getBytes(US_ASCII), null, false, flags);
  }

  private static void put(Dbi<ByteBuffer> meta, Txn<ByteBuffer> txn, byte[] key, byte[] value) {
    meta.put(txn, IndexRecords.direct(key), IndexRecords.direct(value));
  }

  private static void examine(Dbi<ByteBuffer> meta, Txn<ByteBuffer> txn, UUID repositoryId)
      throws IOException {
    ByteBuffer version = meta.get(txn, IndexRecords.direct(META_VERSION));
    if (version == null || version.remaining() != 1 || version.get(0) != VERSION) {
      throw new IOException("The index has another version");
    }
    ByteBuffer owner = meta.get(txn, IndexRecords.direct(META_REPOSITORY));
    if (owner == null || !owner.equals(IndexRecords.direct(UuidBytes.of(repositoryId)))) {
      throw new IOException("The index belongs to another repository");
    }
  }

  private static void examinePacks(Dbi<ByteBuffer> packs, Txn<ByteBuffer> txn) throws IOException {
    int last = 0;
    try (Cursor<ByteBuffer> cursor = packs.openCursor(txn)) {
      boolean more = cursor.seek(SeekOp.MDB_FIRST);
      while (more) {
        int number = cursor.key().getInt(0);
        if (!IndexRecords.isSound(cursor.key(), cursor.val()) || number <= last) {
          throw new IOException("The index's record of pack number " + number + " is damaged");
        }
        last = number;
        more = cursor.next();
      }
    }
  }

  private static IOException unusable(Path directory, Exception cause) {
    return new IOException("LMDB cannot use " + directory, cause);
  }
}
