package dozo.server.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads a log, also while somebody appends to it. Needs no key and changes nothing.
 *
 * <p>Safe for use by several threads.
 */
public final class AuditReader {

  private final AuditStorage storage;

  AuditReader(AuditStorage storage) {
    this.storage = storage;
  }

  /** The log in a directory, which need not be there yet. */
  public static AuditReader in(Path directory) {
    return new AuditReader(new LocalAuditStorage(directory));
  }

  /**
   * The newest entries that are wanted, the newest first.
   *
   * @param before only those with lower numbers
   * @param limit how many at most
   */
  public List<AuditRecord> newest(long before, int limit, Predicate<AuditRecord> wanted)
      throws IOException {
    List<AuditRecord> found = new ArrayList<>();
    List<String> names = new ArrayList<>(storage.names());
    Collections.reverse(names);
    for (String name : names) {
      if (found.size() >= limit) {
        break;
      }
      List<AuditRecord> ofFile = new ArrayList<>();
      AuditScan scan = new AuditScan(storage.read(name));
      while (scan.hasNext()) {
        scan.next()
            .entry()
            .filter(entry -> entry.sequence() < before && wanted.test(entry))
            .ifPresent(ofFile::add);
      }
      Collections.reverse(ofFile);
      found.addAll(ofFile.subList(0, Math.min(ofFile.size(), limit - found.size())));
    }
    return found;
  }

  /**
   * Goes through all of it and tells what is wrong.
   *
   * @param expected an entry that has to be there, as somebody noted it
   */
  public AuditReport verify(Optional<AuditHead> expected) throws IOException {
    AuditVerification verification = new AuditVerification(expected);
    List<String> names = storage.names();
    for (String name : names) {
      verification.file(name, storage.read(name), name.equals(names.getLast()));
    }
    return verification.report();
  }
}
