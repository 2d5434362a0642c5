package dozo.server.audit;

import java.util.List;

/**
 * What verifying a log has shown.
 *
 * @param entries how many sound entries there are
 * @param first the number of the first; 0 if there is none
 * @param head the last
 * @param findings what is wrong; empty if nothing is
 * @param moreFindings how many are left out of those, which have a bound
 * @param unfinishedBytes what stands behind the last entry: a writer may be at it, or was cut off
 */
public record AuditReport(
    long entries,
    long first,
    AuditHead head,
    List<AuditFinding> findings,
    long moreFindings,
    long unfinishedBytes) {

  /** Keeps a copy. */
  public AuditReport {
    findings = List.copyOf(findings);
  }

  /** Whether nothing is wrong. */
  public boolean isSound() {
    return findings.isEmpty();
  }
}
