package dozo.server.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Goes through the files of a log in order and holds each entry against the one before.
 *
 * <p>For one thread.
 */
final class AuditVerification {

  private static final int MAXIMUM_FINDINGS = 100;

  private final Optional<AuditHead> expected;
  private final List<AuditFinding> findings = new ArrayList<>();
  private long moreFindings;
  private long entries;
  private long first;
  private long unfinishedBytes;
  private boolean isExpectedThere;
  private AuditHead head = AuditHead.NONE;

  /** The tails of files before, which the next entry has to account for. */
  private final List<TornTail> owed = new ArrayList<>();

  AuditVerification(Optional<AuditHead> expected) {
    this.expected = expected;
  }

  void file(String name, byte[] content, boolean isLast) {
    AuditScan scan = new AuditScan(content);
    int badFrom = -1;
    while (scan.hasNext()) {
      AuditScan.Piece piece = scan.next();
      if (piece.entry().isPresent()) {
        if (badFrom >= 0) {
          find(name, badFrom, noEntry(piece.offset() - badFrom));
          badFrom = -1;
        }
        entry(name, piece.offset(), piece.entry().get());
      } else if (badFrom < 0) {
        badFrom = piece.offset();
      }
    }
    if (badFrom < 0) {
      return;
    }
    if (isLast) {
      unfinishedBytes = (long) content.length - badFrom;
    } else {
      owed.add(TornTail.of(name, content, badFrom));
    }
  }

  private void entry(String file, int offset, AuditRecord entry) {
    owed.removeIf(torn -> torn.isToldBy(entry));
    settle();
    boolean isFirst = entries++ == 0;
    if (isFirst) {
      first = entry.sequence();
    }
    long wanted = head.sequence() + 1;
    if (!isFirst && entry.sequence() != wanted) {
      find(file, offset, gap(wanted, entry.sequence()));
    } else if ((!isFirst || entry.sequence() == 1) && !entry.previous().equals(head.hash())) {
      find(
          file,
          offset,
          isFirst
              ? "Entry 1 follows another, which is not there"
              : "Entry " + head.sequence() + " is not the one that entry " + wanted + " followed");
    }
    head = new AuditHead(entry.sequence(), entry.hash());
    expected
        .filter(noted -> noted.sequence() == entry.sequence())
        .ifPresent(noted -> {
          isExpectedThere = true;
          if (!noted.equals(head)) {
            find(file, offset, "Entry " + noted.sequence() + " is not the one that was noted");
          }
        });
  }

  private static String gap(long wanted, long found) {
    return found <= wanted
        ? "Entry " + found + " comes where entry " + wanted + " should"
        : wanted == found - 1
            ? "Entry " + wanted + " is missing"
            : "Entries " + wanted + " to " + (found - 1) + " are missing";
  }

  private static String noEntry(int bytes) {
    return bytes + " bytes that are no sound entry";
  }

  /** Says of torn tails that nothing accounts for them. */
  private void settle() {
    owed.forEach(torn -> find(torn.file(), torn.offset(), noEntry(torn.bytes())));
    owed.clear();
  }

  private void find(String file, long offset, String what) {
    if (findings.size() < MAXIMUM_FINDINGS) {
      findings.add(new AuditFinding(file, offset, what));
    } else {
      moreFindings++;
    }
  }

  AuditReport report() {
    // No entry has followed yet; the next one will account for them.
    unfinishedBytes += owed.stream().mapToLong(TornTail::bytes).sum();
    if (expected.isPresent() && !isExpectedThere) {
      find("", 0, "Entry " + expected.get().sequence() + ", which was noted, is not there");
    }
    return new AuditReport(entries, first, head, findings, moreFindings, unfinishedBytes);
  }
}
