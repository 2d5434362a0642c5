package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A guest that writes all the time is backed up through qemu, and never notices. */
class QemuBackupIT {
  private static final int DISK_MIB = 64;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int ATTEMPTS = 5;

  /**
   * A moment of a backup at which its process is killed: by the command that comes by just then.
   */
  private record Moment(String command, boolean answered) {}

  private static final List<Moment> USUAL =
      List.of(
          new Moment("guest-fsfreeze-freeze", true),
          new Moment("\"qom-set\"", true),
          new Moment("block-export-add", true));

  private static final List<Moment> ALL =
      Stream.of(
              "query-uuid",
              "blockdev-add",
              "blockdev-create",
              "job-dismiss",
              "copy-before-write",
              "block-dirty-bitmap-add",
              "guest-fsfreeze-freeze",
              "\"stop\"",
              "block-dirty-bitmap-clear",
              "\"qom-set\"",
              "\"cont\"",
              "guest-fsfreeze-thaw",
              "nbd-server-start",
              "snapshot-access",
              "block-export-add",
              "block-export-del",
              "nbd-server-stop",
              "blockdev-del",
              "block-dirty-bitmap-remove")
          .flatMap(command -> Stream.of(new Moment(command, false), new Moment(command, true)))
          .toList();

  @TempDir private static Path common;
  private static ServerProcess server;
  private static AgentGuest guest;

  @TempDir private Path directory;
  private AgentGuest.Running running;
  private Path disk;
  private Path data;
  private Cli cli;

  @BeforeAll
  static void prepare() throws Exception {
    assumeThat(AgentGuest.obstacle()).as("why qemu is NOT tested").isEmpty();
    guest = AgentGuest.prepare(common);
    server = ServerProcess.create(Files.createDirectory(common.resolve("server")));
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  /** Each test has a guest of its own; all of them are one VM to the server. */
  @BeforeEach
  void boot() throws Exception {
    cli = server.cli().with("DOZO_SOURCES", directory.resolve("sources").toString());
    disk = AgentGuest.disk(directory, DISK_MIB);
    data = directory.resolve("disk1.raw");
    try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
      file.setLength(8 << 20);
    }
    bootAgain();
  }

  private void bootAgain() throws Exception {
    Files.deleteIfExists(directory.resolve("qmp"));
    Files.deleteIfExists(directory.resolve("agent"));
    running = guest.boot(directory, List.of(disk, data));
  }

  @AfterEach
  void stop() {
    if (running != null) {
      running.close();
    }
  }

  private Object[] words(Path qmp, Path agent, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "backup",
                "--vm",
                "web",
                "--json",
                "--scratch",
                directory.resolve("scratch"),
                "--qmp",
                qmp,
                "--agent",
                agent));
    words.addAll(List.of(more));
    return words.toArray();
  }

  private Cli.Outcome backUp(Object... more) {
    return backUpThrough(directory.resolve("qmp"), more);
  }

  private Cli.Outcome backUpThrough(Path qmp, Object... more) {
    return cli.run(words(qmp, directory.resolve("agent"), more));
  }

  private static Map<String, String> checkpoint(Cli.Outcome outcome) {
    return outcome.event("checkpoint");
  }

  private static long number(Map<String, String> members, String name) {
    return Long.parseLong(Objects.requireNonNull(members.get(name), name));
  }

  private Path restored() {
    Path image = directory.resolve("restored.raw");
    cli.run("restore", "web", "vda", "-o", image, "--replace").expect(ExitCode.OK);
    return image;
  }

  private long count(boolean frozen) throws Exception {
    return GuestWrites.last(restored(), frozen);
  }

  /** Looks at what is left in qemu, on this host and in the guest. */
  private void requireNothingLeft() throws Exception {
    try (QmpProbe qemu = new QmpProbe(directory.resolve("qmp"))) {
      assertThat(qemu.ask("query-status", "{}").path("status").asString()).isEqualTo("running");
      for (JsonNode node : qemu.ask("query-named-block-nodes", "{\"flat\":true}")) {
        assertThat(node.path("node-name").asString()).doesNotStartWith("dozo");
        for (JsonNode bitmap : node.path("dirty-bitmaps")) {
          assertThat(bitmap.path("name").asString()).matches("dozo\\.main\\.[0-9a-f-]{36}");
        }
      }
      assertThat(qemu.ask("query-block-exports", "{}").size()).isZero();
      assertThat(qemu.ask("query-jobs", "{}").size()).isZero();
      for (JsonNode block : qemu.ask("query-block", "{}")) {
        // Drives for discs are empty.
        assertThat(block.path("inserted").path("node-name").asString("disk")).startsWith("disk");
      }
    }
    assertThat(names(directory.resolve("scratch"))).isEmpty();
    assertThat(journals()).isEmpty();
    running.awaitNew("DOZO-SYNCED");
    assertThat(running.metError()).as("whether the guest met an error").isFalse();
  }

  private List<String> journals() throws IOException {
    return names(directory.resolve("sources"));
  }

  private static List<String> names(Path of) throws IOException {
    if (!Files.isDirectory(of)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  @Test
  void sendsWhatChangedAndEndsAtTheFreeze() throws Exception {
    Cli.Outcome first = backUp("--require", "filesystem").expect(ExitCode.OK);
    assertThat(checkpoint(first)).containsEntry("achieved", "filesystem");
    assertThat(first.member("vmId")).isEqualTo(AgentGuest.VM_ID);
    assertThat(count(true)).isPositive();
    requireNothingLeft();

    for (int i = 0; i < 3; i++) {
      running.awaitNew("DOZO-SYNCED");
      long before = running.synced();
      Cli.Outcome next = backUp().expect(ExitCode.OK);
      running.type("echo late > /data/late; sync");
      long after = running.synced();
      assertThat(next.err()).doesNotContain("read whole");
      report("increment", next);
      assertThat(number(Events.members(last(next)), "sourceBytes")).isLessThan(16L << 20);
      Path image = restored();
      assertThat(GuestWrites.last(image, true)).isBetween(before, after);
      assertThat(GuestWrites.names(image)).contains("count").doesNotContain("late");
      running.type("rm /data/late");
    }
    String point = cli.run("show", "web", "--json").expect(ExitCode.OK).out();
    assertThat(point).contains("\"since.vda\"", "\"checkpoint\"", "qemu-guest-agent", "frozenAt");
    requireNothingLeft();
    assertNotAWriteIsMissing();
  }

  /** The last of a chain of increments equals the disk, once nothing writes to it any more. */
  private void assertNotAWriteIsMissing() throws Exception {
    running.type("kill %1 %2; killall dd; sleep 1; umount /data");
    Cli.Outcome still =
        cli.run(
                "backup",
                "--vm",
                "web",
                "--json",
                "--scratch",
                directory.resolve("scratch"),
                "--qmp",
                directory.resolve("qmp"))
            .expect(ExitCode.OK);
    assertThat(checkpoint(still)).containsEntry("achieved", "crash").containsEntry("reason", "");
    assertThat(still.err()).doesNotContain("read whole");
    quit();
    Path truth = directory.resolve("truth.raw");
    Tool.require("qemu-img", "qemu-utils")
        .run(null, "convert", "-O", "raw", disk.toString(), truth.toString());
    assertThat(Files.mismatch(restored(), truth)).isEqualTo(-1);
  }

  private void quit() throws Exception {
    try (QmpProbe qemu = new QmpProbe(directory.resolve("qmp"))) {
      qemu.ask("quit", "{}");
    }
    running.awaitEnd();
  }

  private static String last(Cli.Outcome outcome) {
    return outcome.out().lines().toList().getLast();
  }

  /** Says what is measured, for whoever reads the log. */
  private static void report(String what, Cli.Outcome outcome) {
    Map<String, String> result = Events.members(last(outcome));
    System.out.printf(
        "%s: still for %s ms, read %s, sent %s bytes%n",
        what,
        checkpoint(outcome).get("stillMilliseconds"),
        result.get("sourceBytes"),
        result.get("sentBytes"));
  }

  @Test
  void readsEverythingWhereTrackingIsLostAndLessIsHadWhereTheAgentIs() throws Exception {
    backUp().expect(ExitCode.OK);
    running.type("killall -STOP qemu-ga");
    assertThat(backUp("--require", "filesystem").expect(ExitCode.INCONSISTENT).err())
        .contains("the guest agent does not answer");
    Cli.Outcome without = backUp().expect(ExitCode.OK);
    assertThat(checkpoint(without))
        .containsEntry("achieved", "crash")
        .hasEntrySatisfying("reason", reason -> assertThat(reason).contains("does not answer"));
    assertThat(without.err()).doesNotContain("read whole");
    assertThat(count(false)).isPositive();
    requireNothingLeft();

    // Shut down, qemu keeps its bitmaps in the disk; from then on it notes there that they are in
    // use.
    quit();
    bootAgain();
    running.kill();
    bootAgain();
    Cli.Outcome whole = backUp().expect(ExitCode.OK);
    assertThat(whole.err()).contains("vda is read whole", "was not saved when qemu ended");
    assertThat(cli.run("show", "web", "--json").out()).contains("\"whole.vda\"");
    report("after a crash of qemu", whole);
    assertThat(count(true)).isPositive();
    quit();
    bootAgain();
    assertThat(backUp().expect(ExitCode.OK).err())
        .contains("vdb is read whole: qemu has no bitmap")
        .doesNotContain("vda is read whole");
    assertThat(count(true)).isPositive();
    requireNothingLeft();
  }

  @Test
  void aGuestThatWritesTooMuchEndsTheBackupAndNotTheGuest() throws Exception {
    running.type("dd if=/dev/urandom of=/data/big bs=1M count=24 conv=fsync");
    backUp().expect(ExitCode.OK);
    String before = cli.run("list", "web", "--json").out();
    try (CommandProxy proxy =
        CommandProxy.listen(
            directory.resolve("qmp-between"),
            directory.resolve("qmp"),
            text -> text.contains("nbd-server-start"),
            true,
            () -> {
              try {
                running.type("dd if=/dev/urandom of=/data/big bs=1M count=24 conv=fsync,notrunc");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            })) {
      Cli.Outcome outcome =
          backUpThrough(directory.resolve("qmp-between"), "--scratch-limit", "10");
      assertThat(proxy.hit()).isTrue();
      assertThat(outcome.expect(ExitCode.SOURCE_UNREADABLE).err())
          .contains("Qemu gave the checkpoint up", "--scratch-limit");
    }
    assertThat(cli.run("list", "web", "--json").out()).isEqualTo(before);
    requireNothingLeft();
    assertThat(backUp().expect(ExitCode.OK).err()).doesNotContain("read whole");
    assertThat(count(true)).isPositive();
  }

  @Test
  void aBackupThatIsKilledLeavesNothing() throws Exception {
    backUp().expect(ExitCode.OK);
    for (Moment moment : Boolean.getBoolean("dozo.qemu.kills") ? ALL : USUAL) {
      signalAt(moment, "KILL");
      requireNothingLeft();
    }
    // One that hangs with the guest frozen is ended by its watchdog.
    signalAt(new Moment("block-dirty-bitmap-clear", true), "STOP");
    requireNothingLeft();
    Cli.Outcome next = backUp().expect(ExitCode.OK);
    assertThat(next.err()).doesNotContain("read whole");
    assertThat(count(true)).isPositive();
    assertThat(cli.run("sweep-source", "--json").expect(ExitCode.OK).member("swept"))
        .isEqualTo("0");
    assertNotAWriteIsMissing();
  }

  /** Backs up, sends the backup a signal at a moment, and waits until all is in order again. */
  private void signalAt(Moment moment, String signal) throws Exception {
    // On a machine that is busy enough the agent answers too late, and is asked for nothing more.
    for (int attempt = 1; !signalledAt(moment, signal); attempt++) {
      assertThat(attempt)
          .as("attempts until %s came by; the last: %s", moment, Files.readString(said()))
          .isLessThan(ATTEMPTS);
    }
  }

  private Path said() {
    return directory.resolve("signalled.log");
  }

  private boolean signalledAt(Moment moment, String signal) throws Exception {
    AtomicReference<Process> victim = new AtomicReference<>();
    Runnable kill =
        () -> {
          try {
            long process = await().atMost(PATIENCE).until(victim::get, Objects::nonNull).pid();
            Tool.require("kill", "procps").run(null, "-" + signal, String.valueOf(process));
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        };
    boolean agent = moment.command().startsWith("guest-");
    Path qmp = directory.resolve("qmp-between");
    Path channel = directory.resolve("agent-between");
    Predicate<String> chosen = text -> text.contains(moment.command());
    try (CommandProxy first =
            CommandProxy.listen(
                qmp,
                directory.resolve("qmp"),
                agent ? _ -> false : chosen,
                moment.answered(),
                kill);
        CommandProxy second =
            CommandProxy.listen(
                channel,
                directory.resolve("agent"),
                agent ? chosen : _ -> false,
                moment.answered(),
                kill)) {
      Process process =
          cli.process(words(qmp, channel))
              .redirectErrorStream(true)
              .redirectOutput(said().toFile())
              .start();
      victim.set(process);
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(journals()).as("journals after %s", moment).isEmpty());
      return (agent ? second : first).hit();
    } finally {
      Files.deleteIfExists(qmp);
      Files.deleteIfExists(channel);
    }
  }
}
