package dozo.server.audit;

import java.io.IOException;
import java.util.List;

/** What the log asks of a file system, and all that it asks: a test may do it worse. */
interface AuditStorage {

  /** The names of the log's files, in order; empty if there is no log yet. */
  List<String> names() throws IOException;

  /** How many bytes a file has. */
  long sizeBytes(String name) throws IOException;

  /** All bytes of a file. */
  byte[] read(String name) throws IOException;

  /** Appends to a file, which is made if it is not there. */
  void append(String name, byte[] bytes) throws IOException;

  /** Returns when all of a file is on stable storage. */
  void sync(String name) throws IOException;

  /** Returns when the names of the files are on stable storage. */
  void syncNames() throws IOException;

  /** Waits until nobody else appends, in this process or another. */
  Lock lock() throws IOException;

  /** While it is open nobody else appends. */
  interface Lock extends AutoCloseable {
    @Override
    void close() throws IOException;
  }
}
