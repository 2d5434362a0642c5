package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A guest that writes all the time is backed up through libvirt, and never notices. */
class LibvirtBackupIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String VM = AgentGuest.VM_ID;
  private static final String OTHER = "db";

  /** Says that there are minutes for it. */
  private static final String LONG = "dozo.libvirt.long";

  /** What becomes of what a backup asks of libvirt just when the backup is killed. */
  private enum Question {
    UNASKED,
    ANSWERED,
    /** It is asked a while later, by a {@code virsh} that nobody waits for any more. */
    STRAY
  }

  /** A moment of a backup at which its process is killed: by what it asks of libvirt just then. */
  private record Moment(String verb, Question question) {
    /** Whether only machines of a group are asked for it. */
    boolean isOfGroup() {
      return verb.equals("suspend") || verb.equals("resume");
    }
  }

  private static final List<Moment> USUAL =
      List.of(
          new Moment("domfsfreeze", Question.ANSWERED),
          new Moment("backup-begin", Question.STRAY),
          new Moment("suspend", Question.ANSWERED));

  private static final List<Moment> ALL =
      Stream.of(
              "checkpoint-list",
              "guestinfo",
              "domfsfreeze",
              "backup-begin",
              "domfsthaw",
              "domjobabort",
              "checkpoint-delete",
              "suspend",
              "resume")
          .flatMap(verb -> Stream.of(Question.values()).map(each -> new Moment(verb, each)))
          .toList();

  @TempDir private Path directory;
  private ServerProcess server;
  private LibvirtDaemon libvirt;
  private GuestConsole guest;
  private Path disk;
  private Cli cli;

  @BeforeEach
  void boot() throws Exception {
    assumeThat(LibvirtDaemon.obstacle()).as("why libvirt is NOT tested").isEmpty();
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    cli =
        server
            .cli()
            .with("DOZO_SOURCES", directory.resolve("sources").toString())
            .with("DOZO_JOB_SLOTS", directory.resolve("slots").toString());
    disk = AgentGuest.disk(directory, 64);
    Path second = directory.resolve("disk1.qcow2");
    Tool.require("qemu-img", "qemu-utils")
        .run(null, "create", "-q", "-f", "qcow2", second.toString(), "8M");
    Path third = Cli.randomFile(directory.resolve("disk2.raw"), 1 << 20, 5);
    libvirt = LibvirtDaemon.start(Files.createDirectory(directory.resolve("l")));
    guest = libvirt.boot(AgentGuest.prepare(directory), List.of(disk, second, third));
  }

  @AfterEach
  void stop() {
    if (libvirt != null) {
      libvirt.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private Object[] words(Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "backup",
                "--vm",
                "web",
                "--json",
                "--libvirt",
                "web",
                "--connect",
                libvirt.connection(),
                "--scratch",
                directory.resolve("s")));
    words.addAll(List.of(more));
    return words.toArray();
  }

  private Cli.Outcome backUp(Object... more) {
    return cli.run(words(more));
  }

  private Path restored(String target) {
    Path image = directory.resolve("restored.raw");
    cli.run("restore", "web", target, "-o", image, "--replace").expect(ExitCode.OK);
    return image;
  }

  private long count(boolean frozen) throws Exception {
    return GuestWrites.last(restored("vda"), frozen);
  }

  private static List<String> names(Path of) throws IOException {
    if (!Files.isDirectory(of)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private List<String> checkpoints() throws IOException {
    return libvirt
        .virsh("checkpoint-list", VM, "--name")
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  private JsonNode ask(String command) throws IOException {
    return JsonMapper.shared()
        .readTree(libvirt.virsh("qemu-monitor-command", VM, "{\"execute\":\"" + command + "\"}"))
        .path("return");
  }

  /** Looks at what is left in libvirt, in qemu, on this host and in the guest. */
  private void requireNothingLeft() throws Exception {
    for (String machine : libvirt.virsh("list", "--all", "--name").lines().toList()) {
      if (!machine.isBlank()) {
        assertThat(libvirt.virsh("domstate", machine).strip()).isEqualTo("running");
        assertThat(libvirt.virsh("domjobinfo", machine)).contains("None");
      }
    }
    assertThat(checkpoints()).hasSize(1).allMatch(name -> name.startsWith("dozo.main."));
    for (JsonNode node : ask("query-named-block-nodes")) {
      assertThat(node.path("image").path("filename").asString())
          .doesNotContain(directory.resolve("s").toString());
      for (JsonNode bitmap : node.path("dirty-bitmaps")) {
        assertThat(checkpoints()).contains(bitmap.path("name").asString());
      }
    }
    assertThat(ask("query-block-exports").size()).isZero();
    assertThat(names(directory.resolve("s"))).isEmpty();
    assertThat(names(directory.resolve("sources"))).isEmpty();
    guest.awaitNew("DOZO-SYNCED");
    assertThat(guest.metError()).as("whether the guest met an error").isFalse();
  }

  @Test
  void aGuestIsBackedUpWhileItWritesWhateverHappens() throws Exception {
    sendsWhatChangedAndEndsAtTheFreeze();
    standsStillTogetherWithAnother();
    for (Moment moment : Boolean.getBoolean(LONG) ? ALL : USUAL) {
      killAt(moment);
      requireNothingLeft();
    }
    hasLessWhereTheAgentDoesNotAnswer();
    if (Boolean.getBoolean(LONG)) {
      readsEverythingAfterACrash();
    }
    assertNotAWriteIsMissing();
  }

  private void sendsWhatChangedAndEndsAtTheFreeze() throws Exception {
    Cli.Outcome first = backUp("--require", "filesystem").expect(ExitCode.OK);
    assertThat(first.event("checkpoint")).containsEntry("achieved", "filesystem");
    assertThat(first.member("vmId")).isEqualTo(VM);
    assertThat(first.err())
        .contains("vda is read whole: libvirt has no checkpoint of an earlier backup of it")
        .contains("vdc is read whole: libvirt tracks no changes in an image of format raw");
    assertThat(count(true)).isPositive();
    assertThat(Files.mismatch(restored("vdc"), directory.resolve("disk2.raw"))).isEqualTo(-1);
    requireNothingLeft();

    guest.awaitNew("DOZO-SYNCED");
    long before = guest.synced();
    Cli.Outcome next = backUp("system=vda", "data=vdb").expect(ExitCode.OK);
    guest.type("echo late > /data/late; sync");
    long after = guest.synced();
    assertThat(next.err()).doesNotContain("read whole");
    Map<String, String> result = Events.members(next.out().lines().toList().getLast());
    assertThat(Long.parseLong(result.getOrDefault("sourceBytes", ""))).isLessThan(16L << 20);
    System.out.printf(
        "increment: still for %s ms, read %s, sent %s bytes%n",
        next.event("checkpoint").get("stillMilliseconds"),
        result.get("sourceBytes"),
        result.get("sentBytes"));
    Path image = restored("system");
    assertThat(GuestWrites.last(image, true)).isBetween(before, after);
    assertThat(GuestWrites.names(image)).contains("count").doesNotContain("late");
    String point = cli.run("show", "web", "--json").expect(ExitCode.OK).out();
    assertThat(point)
        .contains("\"since.system\"", "\"checkpoint\"", "qemu-guest-agent", "frozenAt")
        .contains("\"libvirt.xml\"");
    requireNothingLeft();
  }

  /** A job of this machine and of one that has no agent, nor anything to freeze. */
  private Object[] group() throws IOException {
    Path job = directory.resolve("group.yaml");
    Files.writeString(
        job,
        """
        attempts: {count: 5, pause: 1s}
        vms:
          - name: web
            id: %s
            group: shop
            libvirt: {domain: web, connect: '%s', scratch: s}
          - {name: db, group: shop, libvirt: {domain: db, connect: '%2$s', scratch: s}}
        """
            .formatted(VM, libvirt.connection()));
    return new Object[] {"job", "run", job, "--json"};
  }

  private void standsStillTogetherWithAnother() throws Exception {
    Path image = directory.resolve("db.qcow2");
    Tool.require("qemu-img", "qemu-utils")
        .run(null, "create", "-q", "-f", "qcow2", image.toString(), "8M");
    libvirt.startEmpty(OTHER, image);
    cli.run(group()).expect(ExitCode.OK);
    JsonNode web = consistency("web");
    JsonNode other = consistency(OTHER);
    assertThat(web.path("achieved").asString()).isEqualTo("filesystem");
    assertThat(other.path("achieved").asString()).isEqualTo("crash");
    assertThat(instant(web, "frozenAt")).isBefore(instant(other, "thawedAt"));
    assertThat(instant(other, "frozenAt")).isBefore(instant(web, "thawedAt"));
    assertThat(count(true)).isPositive();
    requireNothingLeft();
  }

  private JsonNode consistency(String vm) {
    String shown = cli.run("show", vm, "--json").expect(ExitCode.OK).out();
    return JsonMapper.shared().readTree(shown).path("restorePoint").path("consistency");
  }

  private static Instant instant(JsonNode consistency, String member) {
    return Instant.parse(consistency.path(member).asString());
  }

  /** Backs up, kills the backup at a moment, and waits until all is in order again. */
  private void killAt(Moment moment) throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path once = Files.writeString(bin.resolve("moment"), moment.verb());
    Path virsh = Tool.require("virsh", "libvirt-clients").path();
    String ask = virsh + " \"$@\"";
    Path between =
        Files.writeString(
            bin.resolve("virsh"),
            """
            #!/bin/sh
            if [ "$3" = "$(cat %s 2>/dev/null)" ]; then
              rm %1$s
              %s
              exit 1
            fi
            exec %s
            """
                .formatted(
                    once,
                    switch (moment.question()) {
                      case UNASKED -> "kill -KILL $PPID";
                      case ANSWERED -> ask + "; kill -KILL $PPID";
                      case STRAY -> "kill -KILL $PPID; sleep 2; exec " + ask;
                    },
                    ask));
    assertThat(between.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder =
        cli.process(moment.isOfGroup() ? group() : words())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("killed.log").toFile());
    builder.environment().merge("PATH", bin.toString(), (old, ours) -> ours + ":" + old);
    Process process = builder.start();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(once).as("whether %s came by", moment).doesNotExist();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(names(directory.resolve("sources")))
                .as("journals after %s", moment)
                .isEmpty());
  }

  private void hasLessWhereTheAgentDoesNotAnswer() throws Exception {
    guest.type("killall -STOP qemu-ga");
    assertThat(backUp("--require", "filesystem").expect(ExitCode.INCONSISTENT).err())
        .contains("the guest agent does not answer");
    Cli.Outcome without = backUp().expect(ExitCode.OK);
    assertThat(without.event("checkpoint"))
        .containsEntry("achieved", "crash")
        .hasEntrySatisfying("reason", reason -> assertThat(reason).contains("does not answer"));
    assertThat(without.err()).doesNotContain("vda is read whole");
    assertThat(count(false)).isPositive();
    guest.type("killall -CONT qemu-ga");
    requireNothingLeft();
  }

  @Test
  @EnabledIfSystemProperty(named = LONG, matches = "true")
  void aGuestThatWritesTooMuchEndsTheBackupAndNotTheGuest() throws Exception {
    String write = "dd if=/dev/urandom of=/data/big bs=1M count=24 conv=fsync,notrunc";
    backUp().expect(ExitCode.OK);
    guest.type(write);
    String before = cli.run("list", "web", "--json").out();
    // What is to be sent takes minutes, so that it is still under way when the room is used up.
    Path job =
        Files.writeString(
            directory.resolve("job.yaml"),
            """
            network: {limits: [{rate: 64K}]}
            vms:
              - name: web
                id: %s
                libvirt: {domain: web, connect: '%s', scratch: s, scratch-limit: 2M}
            """
                .formatted(VM, libvirt.connection()));
    Path said = directory.resolve("overflow.log");
    Process process =
        cli.process("job", "run", job, "--json")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    await().atMost(PATIENCE).until(() -> Files.readString(said).contains("\"checkpoint\""));
    guest.type(write);
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(said)).contains("Qemu gave the checkpoint up", "--scratch-limit");
    assertThat(process.exitValue()).isEqualTo(ExitCode.SOURCE_UNREADABLE.code());
    assertThat(cli.run("list", "web", "--json").out()).isEqualTo(before);
    requireNothingLeft();
    assertThat(backUp().expect(ExitCode.OK).err()).doesNotContain("vda is read whole");
    assertThat(count(true)).isPositive();
  }

  private void readsEverythingAfterACrash() throws Exception {
    libvirt.virsh("destroy", VM, "--graceful");
    guest = libvirt.bootAgain();
    assertThat(backUp().expect(ExitCode.OK).err()).doesNotContain("vda is read whole");
    requireNothingLeft();
    libvirt.virsh("destroy", VM, "--graceful");
    assertThat(backUp().expect(ExitCode.SOURCE_UNREADABLE).err()).contains("shut off");
    guest = libvirt.bootAgain();
    libvirt.crash();
    guest = libvirt.bootAgain();
    Cli.Outcome whole = backUp().expect(ExitCode.OK);
    assertThat(whole.err()).contains("vda is read whole", "missing or broken bitmap");
    assertThat(count(true)).isPositive();
    requireNothingLeft();
  }

  /** The last of a chain of increments equals the disk, once nothing writes to it any more. */
  private void assertNotAWriteIsMissing() throws Exception {
    guest.type("kill %1 %2; killall dd; sleep 1; umount /data");
    Cli.Outcome still = backUp().expect(ExitCode.OK);
    assertThat(still.err()).doesNotContain("vda is read whole");
    libvirt.virsh("destroy", VM, "--graceful");
    Path truth = directory.resolve("truth.raw");
    Tool.require("qemu-img", "qemu-utils")
        .run(null, "convert", "-O", "raw", disk.toString(), truth.toString());
    assertThat(Files.mismatch(restored("vda"), truth)).isEqualTo(-1);
  }
}
