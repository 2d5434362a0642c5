package dozo.client.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dozo.client.leftover.Journal;
import dozo.client.leftover.Journals;
import dozo.client.leftover.Watchdog;
import dozo.client.program.Program;
import dozo.client.source.FreezeLimits;
import dozo.client.source.FreezeMeeting;
import dozo.client.source.SourceUnreadableException;
import dozo.format.manifest.ConsistencyLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is asked when libvirt refuses. It is stood in for by a program that answers with what
 * libvirt 9.0 said, and notes what it was asked; a real one is backed up by LibvirtBackupIT.
 */
class LibvirtVmSourceTest {
  private static final String OLDER = "dozo.main.000000000001";
  private static final String NO_JOB =
      "error: Domain backup job id not found: no domain backup job present\n";

  @TempDir private Path directory;
  private Path virsh;

  @BeforeEach
  void standIn() throws IOException {
    Files.createDirectory(directory.resolve("answers"));
    virsh =
        Files.writeString(
            directory.resolve("virsh"),
            """
            #!/bin/sh
            shift 2
            echo "$*" >> %1$s/calls
            if [ -e %1$s/answers/$1.error ]; then
              cat %1$s/answers/$1.error >&2
              exit 1
            fi
            [ ! -e %1$s/answers/$1 ] || cat %1$s/answers/$1
            """
                .formatted(directory));
    assertThat(virsh.toFile().setExecutable(true)).isTrue();
    // The scratch directory is given to this user, who need not be root.
    answer("dumpxml", DomainTest.XML.replaceAll("(?s)<seclabel.*</seclabel>", ""));
    answer("domstate", "running (booted)\n\n");
    answer("backup-dumpxml.error", NO_JOB);
    answer("domblkinfo", "Capacity:       67108864\nAllocation:     2236416\n");
    answer("guestinfo", "os.id               : debian\n");
    answer("domfsfreeze", "Froze 1 filesystem(s)\n\n");
    answer("domfsthaw", "Thawed 1 filesystem(s)\n\n");
    answer("checkpoint-list", "theirs\n" + OLDER + "\ndozo.other.000000000002\n\n");
    answer(
        "checkpoint-dumpxml",
        "<domaincheckpoint><disks><disk name='vda'"
            + " checkpoint='bitmap'/></disks></domaincheckpoint>");
  }

  private void answer(String verb, String text) throws IOException {
    Files.writeString(directory.resolve("answers").resolve(verb), text);
  }

  private LibvirtOptions options(String domain) {
    return options(domain, Duration.ofMinutes(1));
  }

  private LibvirtOptions options(String domain, Duration freeze) {
    return new LibvirtOptions(
        domain,
        LibvirtOptions.USUAL_CONNECTION,
        new Program(List.of(virsh.toString())),
        Map.of(),
        List.of(),
        ConsistencyLevel.CRASH,
        "main",
        directory.resolve("scratch"),
        0,
        directory.resolve("journals"),
        new FreezeLimits(
            Duration.ofMinutes(1), freeze, Duration.ofMinutes(1), Duration.ofMinutes(2)),
        _ -> new Unmoved());
  }

  /** A watchdog of which nothing is wanted. */
  private record Unmoved() implements Watchdog.Watch {
    @Override
    public void arm(Duration limit) {}

    @Override
    public void disarm() {}

    @Override
    public void close() {}
  }

  private String refused() {
    return String.valueOf(
        catchThrowableOfType(
                SourceUnreadableException.class,
                () -> LibvirtVmSource.open(options("web")).checkpoint())
            .getMessage());
  }

  /** Backs the machine up in a group of two, whose other machine does what it does meanwhile. */
  private String refusedInAGroup(Callable<Void> other, FreezeMeeting meeting) throws Exception {
    try (ExecutorService threads = Executors.newSingleThreadExecutor();
        LibvirtVmSource source = LibvirtVmSource.open(options("web"), meeting)) {
      Future<Void> done = threads.submit(other);
      String message =
          String.valueOf(
              catchThrowableOfType(SourceUnreadableException.class, source::checkpoint)
                  .getMessage());
      assertThat(source.hasLeftNothing()).isTrue();
      meeting.leave();
      done.get();
      return message;
    }
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(directory.resolve("calls"));
  }

  private List<String> verbs() throws IOException {
    return calls().stream().map(call -> call.split(" ", 2)[0]).toList();
  }

  private void requireNothingLeft() throws IOException {
    for (String each : List.of("scratch", "journals")) {
      if (Files.isDirectory(directory.resolve(each))) {
        try (Stream<Path> files = Files.list(directory.resolve(each))) {
          assertThat(files).isEmpty();
        }
      }
    }
  }

  private LibvirtPlan plan(List<String> older) {
    return new LibvirtPlan(
        "0a1b2c3d4e5f",
        new Virsh(new Program(List.of(virsh.toString())), LibvirtOptions.USUAL_CONNECTION),
        UUID.fromString(DomainTest.UUID_TEXT),
        directory.resolve("journals/0a1b2c3d4e5f"),
        directory.resolve("scratch/dozo-0a1b2c3d4e5f"),
        "main",
        true,
        older);
  }

  @Test
  void takesAMachineByItsUuidAndNotByItsNumber() throws IOException {
    try (LibvirtVmSource source = LibvirtVmSource.open(options(DomainTest.UUID_TEXT))) {
      assertThat(source.id()).contains(UUID.fromString(DomainTest.UUID_TEXT));
    }
    assertThatThrownBy(() -> LibvirtVmSource.open(options("3")))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("the number under which web runs");
  }

  @Test
  void saysWhatToInstallOrToLookAt() throws IOException {
    answer("dumpxml.error", "error: failed to get domain 'web'\n");
    assertThatThrownBy(() -> LibvirtVmSource.open(options("web")))
        .hasMessageContaining("virsh list --all");
    Files.delete(virsh);
    assertThatThrownBy(() -> LibvirtVmSource.open(options("web")))
        .hasMessageContaining("libvirt-clients");
  }

  @Test
  void makesNothingInAMachineThatIsOff() throws IOException {
    answer("domstate", "shut off (crashed)\n\n");
    assertThat(refused()).contains("The machine is shut off");
    assertThat(verbs()).containsExactly("dumpxml", "domstate");
    requireNothingLeft();
  }

  @Test
  void freezesNothingWhileAnotherBackupIsUnderWay() throws IOException {
    Files.delete(directory.resolve("answers/backup-dumpxml.error"));
    answer("backup-dumpxml", "<domainbackup mode='push'/>");
    assertThat(refused()).contains("Another backup of the machine is under way");
    assertThat(verbs()).doesNotContain("domfsfreeze", "backup-begin", "domjobabort");
    requireNothingLeft();
  }

  @Test
  void asksForLessAndLessAndThawsInAnyCase() throws IOException {
    answer("backup-begin.error", "error: checkpoint inconsistent: missing or broken bitmap\n");
    assertThat(refused()).contains("missing or broken bitmap");
    String begin = "backup-begin " + DomainTest.UUID_TEXT + " --backupxml ";
    List<String> begun = calls().stream().filter(call -> call.startsWith(begin)).toList();
    assertThat(begun)
        .satisfiesExactly(
            call -> assertThat(call).contains("/incremental.xml --checkpointxml "),
            call -> assertThat(call).contains("/full.xml --checkpointxml "),
            call -> assertThat(call).endsWith("/full.xml"));
    assertThat(verbs())
        .containsSubsequence("domfsfreeze", "backup-begin", "domfsthaw")
        .doesNotContain("domjobabort", "checkpoint-delete");
    requireNothingLeft();
  }

  @Test
  void isPausedBetweenFreezeAndThawWhereOthersWaitForIt() throws Exception {
    answer("backup-begin.error", "error: no\n");
    FreezeMeeting meeting = new FreezeMeeting(2);
    String message =
        refusedInAGroup(
            () -> {
              meeting.ready();
              meeting.frozen(Duration.ofMinutes(5));
              return null;
            },
            meeting);
    assertThat(message).contains("backup-begin");
    assertThat(verbs())
        .containsSubsequence("domfsfreeze", "suspend", "backup-begin", "resume", "domfsthaw");
    requireNothingLeft();
  }

  @Test
  void isLetGoOnWithoutABackupWhereAnotherGivesUp() throws Exception {
    FreezeMeeting meeting = new FreezeMeeting(2);
    String message =
        refusedInAGroup(
            () -> {
              meeting.ready();
              await().atMost(Duration.ofMinutes(1)).until(() -> verbs().contains("suspend"));
              meeting.leave();
              return null;
            },
            meeting);
    assertThat(message).contains("Another machine of the group has given up");
    assertThat(verbs()).containsSubsequence("suspend", "resume", "domfsthaw");
    assertThat(verbs()).doesNotContain("backup-begin");
    requireNothingLeft();
  }

  @Test
  void saysWhatItCouldNotTakeBack() throws Exception {
    answer("domfsthaw.error", "error: Guest agent is not responding\n");
    try (LibvirtVmSource source = LibvirtVmSource.open(options("web", Duration.ofMillis(10)))) {
      assertThatThrownBy(source::checkpoint).hasMessageContaining("may still be frozen");
      assertThat(source.hasLeftNothing()).isFalse();
    }
  }

  @Test
  void letsAMachineRunOnThatADeadBackupHadPaused() throws IOException {
    LibvirtPlan plan = plan(List.of());
    Path journals = directory.resolve("journals");
    try (Journal journal =
        Journal.create(journals, LibvirtPlan.KIND, plan.id(), plan.toJson(), Instant.EPOCH)) {
      journal.note(LibvirtPlan.PAUSING);
      journal.note(LibvirtPlan.FREEZING);
    }
    answer("domstate", "paused (user)\n\n");
    Journals.Sweep sweep = new Journals(journals, List.of(new LibvirtSweeper())).sweep();
    assertThat(sweep.failures()).isEmpty();
    assertThat(verbs()).containsSubsequence("resume", "domfsthaw");
    requireNothingLeft();
  }

  @Test
  void leavesNothingFrozenWhereTheFreezeFails() throws IOException {
    answer(
        "domfsfreeze.error",
        "error: Unable to freeze filesystems\nerror: Guest agent disappeared while executing\n");
    answer("backup-begin.error", "error: no\n");
    refused();
    assertThat(verbs()).containsSubsequence("domfsfreeze", "domfsthaw", "backup-begin");
    requireNothingLeft();
  }

  @Test
  void sweepsWhatAJournalNamesAndNothingOfOthers() throws IOException {
    LibvirtPlan plan = plan(List.of(OLDER));
    Path journals = directory.resolve("journals");
    answer("checkpoint-list", OLDER + "\n" + plan.checkpoint() + "\ntheirs\n");
    for (boolean confirmed : List.of(false, true)) {
      try (Journal journal =
          Journal.create(journals, LibvirtPlan.KIND, plan.id(), plan.toJson(), Instant.EPOCH)) {
        journal.note(LibvirtPlan.FREEZING);
        if (confirmed) {
          journal.note(LibvirtPlan.THAWED);
          journal.note(LibvirtPlan.CONFIRMED);
        }
      }
      Files.createDirectories(plan.scratch());
      Files.writeString(plan.scratchFile("vda"), "old data");
      Files.deleteIfExists(directory.resolve("calls"));
      Journals.Sweep sweep = new Journals(journals, List.of(new LibvirtSweeper())).sweep();
      assertThat(sweep.failures()).isEmpty();
      assertThat(sweep.swept()).hasSize(1);
      assertThat(verbs().contains("domfsthaw")).isEqualTo(!confirmed);
      assertThat(calls().stream().filter(call -> call.startsWith("checkpoint-delete")))
          .containsExactly(
              "checkpoint-delete "
                  + DomainTest.UUID_TEXT
                  + " "
                  + (confirmed ? OLDER : plan.checkpoint()));
      requireNothingLeft();
    }
  }

  @Test
  void keepsTheJournalOfAMachineThatIsOffUntilItRuns() throws IOException {
    LibvirtPlan plan = plan(List.of());
    Path journals = directory.resolve("journals");
    try (Journal journal =
        Journal.create(journals, LibvirtPlan.KIND, plan.id(), plan.toJson(), Instant.EPOCH)) {
      journal.note(LibvirtPlan.BEGINNING);
    }
    answer("domstate", "shut off (crashed)\n\n");
    answer("checkpoint-list", plan.checkpoint() + "\n");
    answer(
        "checkpoint-delete.error",
        "error: Operation not supported: cannot delete checkpoint for inactive domain\n");
    Journals all = new Journals(journals, List.of(new LibvirtSweeper()));
    assertThat(all.sweep().failures())
        .singleElement()
        .asString()
        .contains("while the machine runs");
    Files.delete(directory.resolve("answers/checkpoint-delete.error"));
    assertThat(all.sweep().failures()).isEmpty();
    requireNothingLeft();
  }

  @Test
  void asksNoLibvirtOfAnotherHost() {
    for (String connection :
        List.of("qemu+ssh://root@hv2/system", "qemu://hv2/system", "test:///default", "-c")) {
      assertThat(LibvirtOptions.mistakeIn(connection)).isNotEqualTo(Optional.empty());
    }
    assertThat(LibvirtOptions.mistakeIn("qemu+unix:///system?socket=/run/x")).isEmpty();
  }
}
