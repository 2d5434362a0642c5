package dozo.server.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tampers with a log of two files in all ways that can be seen, and in the one that cannot. */
class AuditVerificationTest {

  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private static final String FIRST = "00000001.log";

  private SimulatedAuditStorage storage = new SimulatedAuditStorage(new Random(1));
  private AuditHead head = AuditHead.NONE;

  @BeforeEach
  void write() throws IOException {
    storage = new SimulatedAuditStorage(new Random(1));
    AuditLog log = new AuditLog(storage, CLOCK, 1_100);
    for (int i = 0; i < 6; i++) {
      head =
          log.append(
              List.of(
                  AuditEvent.of(CLOCK.instant(), Actor.SERVER, "commit", Outcome.DONE)
                      .with("number", i)));
    }
    assertThat(storage.names()).hasSize(2);
  }

  private List<String> lines(String file) {
    return new ArrayList<>(new String(storage.read(file), UTF_8).lines().toList());
  }

  private void replace(String file, List<String> lines) {
    storage.replace(file, (String.join("\n", lines) + "\n").getBytes(UTF_8));
  }

  private AuditReport verify() throws IOException {
    return new AuditReader(storage).verify(Optional.empty());
  }

  private List<String> faults() throws IOException {
    return verify().findings().stream().map(AuditFinding::what).toList();
  }

  @Test
  void findsEveryChangedByte() throws IOException {
    for (String file : storage.names()) {
      byte[] sound = storage.read(file);
      for (int at = 0; at < sound.length; at++) {
        byte[] changed = sound.clone();
        changed[at] ^= 0x20;
        storage.replace(file, changed);
        AuditReport report = new AuditReader(storage).verify(Optional.of(head));
        assertThat(report.isSound()).as("byte %d of %s", at, file).isFalse();
      }
      storage.replace(file, sound);
    }
  }

  @Test
  void findsARemovedEntry() throws IOException {
    List<String> lines = lines(FIRST);
    lines.remove(1);
    replace(FIRST, lines);

    assertThat(faults()).containsExactly("Entry 2 is missing");
  }

  @Test
  void findsARepeatedEntry() throws IOException {
    List<String> lines = lines(FIRST);
    lines.add(1, lines.get(0));
    replace(FIRST, lines);

    assertThat(faults()).containsExactly("Entry 1 comes where entry 2 should");
  }

  @Test
  void findsAnEntryThatWasReplacedWithItsHash() throws IOException {
    List<String> lines = lines(FIRST);
    AuditRecord second = AuditLine.decode(lines.get(1).getBytes(UTF_8)).orElseThrow();
    String forged = second.json().replace("commit", "forget");
    lines.set(1, AuditLine.sha256(forged.getBytes(UTF_8)) + " " + forged);
    replace(FIRST, lines);

    assertThat(faults()).containsExactly("Entry 2 is not the one that entry 3 followed");
  }

  @Test
  void findsARemovedFileUnlessItIsTheOldest() throws IOException {
    byte[] first = storage.read(FIRST);
    storage.remove(FIRST);
    assertThat(faults()).isEmpty();
    assertThat(verify().first()).isGreaterThan(1);

    storage = new SimulatedAuditStorage(new Random(1));
    storage.append(FIRST, first);
    assertThat(verify().isSound()).as("what follows may be taken away unseen").isTrue();
    assertThat(new AuditReader(storage).verify(Optional.of(head)).findings())
        .extracting(AuditFinding::what)
        .containsExactly("Entry 6, which was noted, is not there");
  }

  @Test
  void findsWhatWasPutBetween() throws IOException {
    List<String> lines = lines(FIRST);
    lines.add(1, "not an entry");
    replace(FIRST, lines);

    assertThat(faults()).containsExactly("13 bytes that are no sound entry");
  }

  @Test
  void findsATailThatNothingAccountsFor() throws IOException {
    List<String> lines = lines(FIRST);
    lines.add("left");
    replace(FIRST, lines);

    assertThat(verify().findings())
        .extracting(AuditFinding::file, AuditFinding::what)
        .containsExactly(tuple(FIRST, "5 bytes that are no sound entry"));
  }

  @Test
  void findsAWholeForgedChainByANotedHead() throws IOException {
    SimulatedAuditStorage forged = new SimulatedAuditStorage(new Random(1));
    AuditLog log = new AuditLog(forged, CLOCK, 1 << 20);
    for (int i = 0; i < 6; i++) {
      log.append(List.of(AuditEvent.of(CLOCK.instant(), Actor.SERVER, "start", Outcome.DONE)));
    }

    assertThat(new AuditReader(forged).verify(Optional.of(head)).findings())
        .extracting(AuditFinding::what)
        .containsExactly("Entry 6 is not the one that was noted");
  }
}
