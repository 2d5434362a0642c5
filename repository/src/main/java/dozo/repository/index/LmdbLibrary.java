package dozo.repository.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.lmdbjava.Meta;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads LMDB's native library, and takes the file away from which it was loaded. lmdbjava itself
 * does that when the JVM ends, and so not if it is killed.
 */
final class LmdbLibrary {

  private static final Logger log = LoggerFactory.getLogger(LmdbLibrary.class);
  private static final String EXTRACT_DIRECTORY = "lmdbjava.extract.dir";
  private static boolean loaded;

  private LmdbLibrary() {}

  /**
   * Loads the library, once a process.
   *
   * @throws IOException if it cannot be written or loaded where temporary files go
   */
  static synchronized void load() throws IOException {
    if (loaded) {
      return;
    }
    String given = System.getProperty(EXTRACT_DIRECTORY);
    Path place = Path.of(given == null ? System.getProperty("java.io.tmpdir") : given);
    Path own = Files.createTempDirectory(place, "dozo-lmdb-");
    try {
      System.setProperty(EXTRACT_DIRECTORY, own.toString());
      log.debug("LMDB is loaded version={}", Meta.version());
      loaded = true;
    } catch (LinkageError e) {
      throw new IOException(
          "The library of LMDB cannot be loaded from "
              + place
              + ". If nothing may be executed there, name another directory with -D"
              + EXTRACT_DIRECTORY
              + "=DIR in DOZO_JAVA_OPTS",
          e);
    } finally {
      if (given == null) {
        System.clearProperty(EXTRACT_DIRECTORY);
      } else {
        System.setProperty(EXTRACT_DIRECTORY, given);
      }
      delete(own);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      log.debug("What LMDB was loaded from stays until the end directory={}", directory, e);
    }
  }
}
