package dozo.server.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The log of a repository, to append to.
 *
 * <p>Safe for use by several threads; other processes may append to the same log at the same time.
 *
 * <p>Invariant: between two appends {@code tail} is what this process left, or null; another
 * process may have gone on since, which the names and the length of the last file show.
 */
public final class AuditLog {

  private static final int FILE_BYTES = 8 << 20;

  private final AuditStorage storage;
  private final Clock clock;
  private final int fileBytes;
  private @Nullable Tail tail;

  /** Whether writing has failed: then a new file is begun, and the old one left as it is. */
  private boolean failed;

  AuditLog(AuditStorage storage, Clock clock, int fileBytes) {
    this.storage = storage;
    this.clock = clock;
    this.fileBytes = fileBytes;
  }

  /**
   * Where the next entry goes.
   *
   * @param file the last file; empty if there is none
   * @param sizeBytes its length
   * @param head the last sound entry, of this file or one before
   * @param torn what stands behind it, in this file and others since
   */
  private record Tail(String file, long sizeBytes, AuditHead head, List<TornTail> torn) {}

  /**
   * The log in a directory, which is made when something is first appended.
   *
   * @param directory of the log itself, such as {@code RepositoryLayout.audit()}
   */
  public static AuditLog in(Path directory, Clock clock) {
    return new AuditLog(new LocalAuditStorage(directory), clock, FILE_BYTES);
  }

  /**
   * Appends entries, in order. When this returns they are on stable storage.
   *
   * @return the last of them
   * @throws IOException if they are not there for certain; some of them may be
   */
  public synchronized AuditHead append(List<AuditEvent> events) throws IOException {
    if (events.isEmpty()) {
      throw new IllegalArgumentException("There is nothing to append");
    }
    try (AuditStorage.Lock _ = storage.lock()) {
      Tail now = find();
      List<AuditEvent> all = new ArrayList<>(events);
      if (!now.torn().isEmpty()) {
        all.addFirst(TornTail.event(now.torn(), clock.instant()));
      }
      ByteArrayOutputStream lines = new ByteArrayOutputStream();
      AuditHead head = now.head();
      for (AuditEvent event : all) {
        AuditRecord entry = AuditLine.record(event, head.sequence() + 1, head.hash());
        lines.writeBytes(AuditLine.encode(entry));
        head = new AuditHead(entry.sequence(), entry.hash());
      }
      tail = write(now, lines.toByteArray(), head);
      failed = false;
      return head;
    } catch (IOException | RuntimeException e) {
      tail = null;
      failed = true;
      throw e;
    }
  }

  private Tail write(Tail now, byte[] lines, AuditHead head) throws IOException {
    boolean isNew =
        failed
            || now.file().isEmpty()
            || !now.torn().isEmpty()
            || (now.sizeBytes() > 0 && now.sizeBytes() + lines.length > fileBytes);
    String file = isNew ? following(now.file()) : now.file();
    storage.append(file, lines);
    storage.sync(file);
    if (isNew) {
      storage.syncNames();
    }
    return new Tail(file, (isNew ? 0 : now.sizeBytes()) + lines.length, head, List.of());
  }

  private static String following(String file) {
    int number = file.isEmpty() ? 0 : Integer.parseInt(file.substring(0, file.indexOf('.')));
    return String.format(Locale.ROOT, "%08d.log", number + 1);
  }

  private Tail find() throws IOException {
    List<String> names = storage.names();
    Tail known = tail;
    if (known != null
        && !names.isEmpty()
        && names.getLast().equals(known.file())
        && storage.sizeBytes(known.file()) == known.sizeBytes()) {
      return known;
    }
    if (names.isEmpty()) {
      // A log that was taken away whole goes on in number and hash, so that it shows.
      return new Tail("", 0, known == null ? AuditHead.NONE : known.head(), List.of());
    }
    List<TornTail> torn = new ArrayList<>();
    AuditHead head = AuditHead.NONE;
    for (int i = names.size() - 1; i >= 0 && head.equals(AuditHead.NONE); i--) {
      byte[] content = storage.read(names.get(i));
      int soundEnd = 0;
      AuditScan scan = new AuditScan(content);
      while (scan.hasNext()) {
        AuditScan.Piece piece = scan.next();
        if (piece.entry().isPresent()) {
          soundEnd = piece.end();
          head = head(piece.entry().get());
        }
      }
      if (soundEnd < content.length) {
        torn.addFirst(TornTail.of(names.get(i), content, soundEnd));
      }
    }
    String last = names.getLast();
    return new Tail(last, storage.sizeBytes(last), head, List.copyOf(torn));
  }

  private static AuditHead head(AuditRecord entry) {
    return new AuditHead(entry.sequence(), entry.hash());
  }

  /** The last entry that is there; {@link AuditHead#NONE} if there is none. */
  public synchronized AuditHead head() throws IOException {
    return find().head();
  }
}
