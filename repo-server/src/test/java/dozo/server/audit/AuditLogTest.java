package dozo.server.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T14:03:05.123456Z"), ZoneOffset.UTC);

  @TempDir Path directory;

  private static AuditEvent event(String action) {
    return AuditEvent.of(CLOCK.instant(), Actor.nobody("192.0.2.7"), action, Outcome.REFUSED);
  }

  private static AuditReport verify(AuditStorage storage) throws IOException {
    return new AuditReader(storage).verify(Optional.empty());
  }

  /** What docs/audit.md says, byte for byte; the hash is what sha256sum prints. */
  @Test
  void writesTheLinesThatAreDocumented() throws IOException {
    AuditLog log = AuditLog.in(directory.resolve("audit"), CLOCK);
    log.append(List.of(event("authenticate").with("via", "a \"ü\"\n")));
    log.append(List.of(event("commit")));

    List<String> lines = Files.readAllLines(directory.resolve("audit/00000001.log"));
    String first =
        "{\"seq\":1,\"time\":\"2026-11-22T14:03:05.123Z\",\"previous\":\""
            + "0".repeat(64)
            + "\",\"who\":{\"kind\":\"nobody\"},\"from\":\"192.0.2.7\",\"action\":\"authenticate\","
            + "\"outcome\":\"refused\",\"details\":{\"via\":\"a \\\"ü\\\"\\n\"}}";
    String hash = "63caa0cd230f00428b9085381f2816a7515c198aa06c85bf7a0e8351be7861f5";
    assertThat(lines.getFirst()).isEqualTo(hash + " " + first);
    assertThat(lines.get(1)).contains("\"seq\":2").contains("\"previous\":\"" + hash + "\"");
    assertThat(lines).hasSize(2);
  }

  @Test
  void letsNobodyElseReadIt() throws IOException {
    AuditLog.in(directory.resolve("audit"), CLOCK).append(List.of(event("commit")));

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("audit"))))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("audit/00000001.log"))))
        .isEqualTo("rw-------");
  }

  @Test
  void goesOnWhereAnotherProcessLeftOff() throws IOException {
    AuditLog one = AuditLog.in(directory, CLOCK);
    AuditLog other = AuditLog.in(directory, CLOCK);
    for (int i = 0; i < 5; i++) {
      one.append(List.of(event("commit"), event("forget")));
      other.append(List.of(event("prune")));
    }

    AuditReport report = AuditReader.in(directory).verify(Optional.of(one.head()));
    assertThat(report.findings()).isEmpty();
    assertThat(report.entries()).isEqualTo(15);
    assertThat(one.head()).isEqualTo(other.head()).isEqualTo(report.head());
  }

  @Test
  void beginsANewFileWhenOneIsFull() throws IOException {
    SimulatedAuditStorage storage = new SimulatedAuditStorage(new Random(1));
    AuditLog log = new AuditLog(storage, CLOCK, 1_000);
    for (int i = 0; i < 20; i++) {
      log.append(List.of(event("commit")));
    }

    assertThat(storage.names()).hasSizeGreaterThan(3).startsWith("00000001.log", "00000002.log");
    assertThat(verify(storage).findings()).isEmpty();
    assertThat(verify(storage).entries()).isEqualTo(20);
  }

  @Test
  void saysWhatACrashHasTorn() throws IOException {
    AuditLog.in(directory, CLOCK).append(List.of(event("commit")));
    Path file = directory.resolve("00000001.log");
    byte[] torn = "3f00 {\"seq\"".getBytes(UTF_8);
    Files.write(file, torn, java.nio.file.StandardOpenOption.APPEND);
    assertThat(AuditReader.in(directory).verify(Optional.empty()).unfinishedBytes())
        .isEqualTo(torn.length);

    AuditLog.in(directory, CLOCK).append(List.of(event("prune")));

    AuditReport report = AuditReader.in(directory).verify(Optional.empty());
    assertThat(report.findings()).isEmpty();
    assertThat(report.unfinishedBytes()).isZero();
    assertThat(report.entries()).isEqualTo(3);
    assertThat(Files.readString(directory.resolve("00000002.log")))
        .contains("\"action\":\"torn\"")
        .contains("\"00000001.log\":\"")
        .contains(" 11 " + AuditLine.sha256(torn));
  }

  @Test
  void leavesAFileAloneInWhichASyncFailed() throws IOException {
    SimulatedAuditStorage storage = new SimulatedAuditStorage(new Random(1));
    AuditLog log = new AuditLog(storage, CLOCK, 1 << 20);
    log.append(List.of(event("commit")));
    storage.fail(true);
    assertThatThrownBy(() -> log.append(List.of(event("prune")))).hasMessage("injected");
    storage.fail(false);
    byte[] before = storage.read("00000001.log");

    log.append(List.of(event("sweep")));

    assertThat(storage.names()).containsExactly("00000001.log", "00000002.log");
    assertThat(storage.read("00000001.log")).isEqualTo(before);
    assertThat(verify(storage).findings()).isEmpty();
  }

  @Test
  void showsThatItWasTakenAway() throws IOException {
    SimulatedAuditStorage storage = new SimulatedAuditStorage(new Random(1));
    AuditLog log = new AuditLog(storage, CLOCK, 1 << 20);
    log.append(List.of(event("commit"), event("forget")));
    storage.remove("00000001.log");

    log.append(List.of(event("sweep")));

    assertThat(verify(storage).first()).isEqualTo(3);
  }

  @Test
  void listsTheNewestFirstAcrossFiles() throws IOException {
    SimulatedAuditStorage storage = new SimulatedAuditStorage(new Random(1));
    AuditLog log = new AuditLog(storage, CLOCK, 1_000);
    for (int i = 0; i < 20; i++) {
      log.append(List.of(event(i % 2 == 0 ? "commit" : "forget")));
    }

    AuditReader reader = new AuditReader(storage);
    assertThat(reader.newest(Long.MAX_VALUE, 5, _ -> true))
        .extracting(AuditRecord::sequence)
        .containsExactly(20L, 19L, 18L, 17L, 16L);
    assertThat(reader.newest(16, 3, entry -> entry.action().equals("forget")))
        .extracting(AuditRecord::sequence)
        .containsExactly(14L, 12L, 10L);
  }

  @Test
  void boundsWhatIsWritten() throws IOException {
    AuditEvent event = event("commit");
    for (int i = 0; i < 16; i++) {
      event = event.with("detail" + i, "\u0001".repeat(100_000));
    }
    AuditEvent full = event;
    assertThat(AuditLine.encode(AuditLine.record(full, Long.MAX_VALUE, AuditLine.NO_HASH)))
        .hasSizeLessThan(AuditLine.MAXIMUM_BYTES);
    assertThatThrownBy(() -> full.with("one", "more")).hasMessageContaining("16 details");
    assertThatThrownBy(() -> event("two words")).hasMessageContaining("two words");
  }
}
