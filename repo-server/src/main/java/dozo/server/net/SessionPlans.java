package dozo.server.net;

import dozo.format.manifest.DiskGeometry;
import dozo.protocol.Secret;
import dozo.protocol.message.SessionMessage.BeginSession;
import dozo.protocol.message.SessionMessage.SourceTerms;
import dozo.protocol.message.SessionMessage.StreamGrant;
import dozo.protocol.message.SessionMessage.Verdict;
import dozo.repository.ingest.BaseRef;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.FileSpec;
import dozo.repository.ingest.SessionRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What a client announces, as the engine wants it. */
final class SessionPlans {

  private SessionPlans() {}

  /**
   * Translates an announcement.
   *
   * @throws IllegalArgumentException if it is not one that can become a restore point
   */
  static SessionRequest translate(BeginSession plan) {
    return new SessionRequest(
        plan.vm(),
        plan.vm().namespace(),
        plan.disks().stream().map(SessionPlans::translate).toList(),
        plan.files().stream().map(file -> new FileSpec(file.name(), file.sizeBytes())).toList(),
        plan.consistency(),
        plan.attributes(),
        Boolean.TRUE.equals(plan.source()));
  }

  private static DiskSpec translate(dozo.protocol.DiskSpec disk) {
    return new DiskSpec(
        disk.name(),
        new DiskGeometry(disk.sizeBytes(), disk.logicalSectorBytes(), disk.physicalSectorBytes()),
        disk.identity(),
        Optional.ofNullable(disk.base())
            .map(base -> new BaseRef(base.restorePoint(), base.disk())));
  }

  /** What a client gets that deduplicates at the source. */
  static SourceTerms terms(dozo.repository.ingest.SourceTerms terms) {
    HexFormat hex = HexFormat.of();
    return new SourceTerms(
        Secret.of(hex.formatHex(terms.idKey())),
        Secret.of(hex.formatHex(terms.nonce())),
        terms.chunker());
  }

  /** What a client is told of the runs that it announced. */
  static List<Verdict> translate(List<dozo.repository.ingest.Verdict> verdicts) {
    return verdicts.stream()
        .map(verdict ->
            switch (verdict) {
              case TAKEN -> Verdict.TAKEN;
              case PROVE -> Verdict.PROVE;
              case SEND -> Verdict.SEND;
            })
        .toList();
  }

  /** The credit that streams of a committed session get: they have nothing more to send. */
  static List<StreamGrant> withoutCredit(List<StreamGrant> grants) {
    return grants.stream()
        .map(grant ->
            new StreamGrant(grant.name(), grant.channel(), grant.offset(), 0, 0, null, false))
        .toList();
  }
}
