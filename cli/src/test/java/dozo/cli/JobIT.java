package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs, from their files to the restore points they make. */
class JobIT {

  private static final int MIB = 1 << 20;

  @TempDir private static Path directory;
  private static ServerProcess server;
  private static Cli cli;

  @BeforeAll
  static void start() throws Exception {
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    cli = server.cli().with("DOZO_JOB_SLOTS", directory.resolve("slots").toString());
    Cli.randomFile(directory.resolve("a.raw"), 4 * MIB, 1);
    Cli.randomFile(directory.resolve("b.raw"), 2 * MIB, 2);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Path job(String text) throws IOException {
    return Files.writeString(directory.resolve("job.yaml"), text);
  }

  /** A script that notes how it was called, and what it was given. */
  private static Path script(String name, String body) throws IOException {
    Path script = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + body + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  private static List<Map<String, String>> events(Cli.Outcome outcome, String type) {
    return outcome
        .out()
        .lines()
        .map(Events::members)
        .filter(event -> type.equals(event.get("type")))
        .toList();
  }

  @Test
  void backsUpEachVmWithItsHooks() throws Exception {
    Path log = directory.resolve("hooks.log");
    script("before", "echo \"before $DOZO_VM $1\" >> " + log + "; echo ready");
    script("after", "echo \"after $DOZO_VM $DOZO_RESULT\" >> " + log);
    Path receipt = directory.resolve("receipt");
    script("commit", "echo \"commit $DOZO_VM\" >> " + log + "; cat > " + receipt);
    Path file =
        job(
            """
            parallel: 2
            attributes: {site: west}
            network: {limits: [{rate: 64M}]}
            hooks:
              before: [%1$s/before, word]
              post-commit: %1$s/commit
              after: [%1$s/after]
            vms:
              - {name: hooked, files: {disks: {disk0: a.raw}, config: [job.yaml]}}
              - {name: plain, hooks: {timeout: 1h}, files: {disks: {disk0: b.raw}}}
            """
                .formatted(directory));
    Cli.Outcome outcome = cli.run("job", "run", file, "--json").expect(ExitCode.OK);

    assertThat(Files.readAllLines(log))
        .containsExactly("before hooked word", "commit hooked", "after hooked ok");
    assertThat(events(outcome, "hook")).singleElement().extracting("line").isEqualTo("ready");
    assertThat(events(outcome, "started")).hasSize(2);
    assertThat(events(outcome, "committed")).hasSize(2);
    assertThat(outcome.member("type")).isEqualTo("result");
    Map<String, String> committed =
        events(outcome, "committed").stream()
            .filter(event -> "hooked".equals(event.get("vm")))
            .findFirst()
            .orElseThrow();
    assertThat(Events.members(Files.readString(receipt)))
        .containsEntry("restorePoint", committed.get("restorePoint"))
        .containsKeys("signature", "publicKey", "manifestSha256");
    assertThat(cli.run("show", "hooked", "--json").out()).contains("\"site\":\"west\"");
    Path restored = directory.resolve("restored.raw");
    cli.run("restore", "plain", "-o", restored).expect(ExitCode.OK);
    assertThat(Files.mismatch(restored, directory.resolve("b.raw"))).isEqualTo(-1);
  }

  @Test
  void aVmThatFailsDoesNotKeepOthersFromIt() throws Exception {
    Path file =
        job(
            """
            attempts: {count: 2, pause: 0s}
            vms:
              - {name: absent, files: {disks: {disk0: absent.raw}}}
              - {name: present, files: {disks: {disk0: b.raw}}}
            """);
    Cli.Outcome outcome = cli.run("job", "run", file, "--json").expect(ExitCode.PARTLY_DONE);
    assertThat(outcome.err()).contains("Trying once more", "absent.raw");
    assertThat(events(outcome, "failed"))
        .singleElement()
        .satisfies(event ->
            assertThat(event)
                .containsEntry("vm", "absent")
                .containsEntry("kind", "source-unreadable"));
    assertThat(events(outcome, "committed")).hasSize(1);
    cli.run("show", "present").expect(ExitCode.OK);
  }

  @Test
  void aGroupIsBackedUpTogether() throws Exception {
    Path file =
        job(
            """
            vms:
              - {name: shop1, group: shop, files: {disks: {disk0: a.raw}}}
              - {name: other, files: {disks: {disk0: b.raw}}}
              - {name: shop2, group: shop, files: {disks: {disk0: b.raw}}}
            """);
    Cli.Outcome outcome = cli.run("job", "run", file, "--json").expect(ExitCode.OK);
    assertThat(events(outcome, "committed")).hasSize(3);
    String first = cli.run("show", "shop1", "--json").expect(ExitCode.OK).out();
    String second = cli.run("show", "shop2", "--json").expect(ExitCode.OK).out();
    assertThat(first).contains("\"group.name\":\"shop\"");
    Matcher group = Pattern.compile("\"group\":\"([0-9a-f-]{36})\"").matcher(first);
    assertThat(group.find()).isTrue();
    assertThat(second).contains(group.group());
    assertThat(cli.run("show", "other", "--json").out()).doesNotContain("\"group\"");
  }

  @Test
  void nothingOfAGroupIsThereIfOneFails() throws Exception {
    Path log = directory.resolve("group.log");
    script("note", "echo \"$DOZO_VM $DOZO_RESULT\" >> " + log);
    Path file =
        job(
            """
            attempts: {count: 2, pause: 0s}
            vms:
              - {name: whole, group: broken, files: {disks: {disk0: a.raw}}}
              - {name: missing, group: broken, files: {disks: {disk0: missing.raw}}}
              - {name: beside, files: {disks: {disk0: b.raw}}}
            hooks: {after: %s/note}
            """
                .formatted(directory));
    Cli.Outcome outcome = cli.run("job", "run", file, "--json").expect(ExitCode.PARTLY_DONE);
    assertThat(outcome.err()).contains("Trying once more");
    assertThat(events(outcome, "failed"))
        .satisfiesExactlyInAnyOrder(
            event ->
                assertThat(event)
                    .containsEntry("vm", "missing")
                    .containsEntry("kind", "source-unreadable"),
            event -> {
              assertThat(event).containsEntry("vm", "whole");
              assertThat(event.get("message")).contains("VM missing of the same group");
            });
    assertThat(events(outcome, "committed")).singleElement().extracting("vm").isEqualTo("beside");
    cli.run("show", "whole").expect(ExitCode.NOT_FOUND);
    assertThat(Files.readAllLines(log))
        .containsExactlyInAnyOrder("whole failed", "missing failed", "beside ok");
  }

  @Test
  void hasTheCodeThatAllFailuresHave() throws Exception {
    Path file =
        job(
            """
            vms:
              - {name: gone1, files: {disks: {disk0: gone1.raw}}}
              - {name: gone2, files: {disks: {disk0: gone2.raw}}}
            """);
    Cli.Outcome outcome = cli.run("job", "run", file).expect(ExitCode.SOURCE_UNREADABLE);
    assertThat(outcome.err()).contains("gone1: ", "gone2.raw");
  }

  @Test
  void aHookBeforeThatFailsKeepsTheVmFromBeingBackedUp() throws Exception {
    Path log = directory.resolve("failing.log");
    script("refuse", "exit 3");
    script("note", "echo $DOZO_RESULT >> " + log);
    Path file =
        job(
            """
            hooks: {before: %1$s/refuse, after: %1$s/note}
            vms: [{name: refused, files: {disks: {disk0: b.raw}}}]
            """
                .formatted(directory));
    Cli.Outcome outcome = cli.run("job", "run", file).expect(ExitCode.HOOK_FAILED);
    assertThat(outcome.err()).contains("hook before ended with code 3");
    assertThat(Files.readAllLines(log)).containsExactly("failed");
    cli.run("show", "refused").expect(ExitCode.NOT_FOUND);
  }

  @Test
  void aHookThatHangsIsEnded() throws Exception {
    script("hang", "exec sleep 1000");
    Path file =
        job(
            """
            hooks: {before: %s/hang, timeout: 1s}
            vms: [{name: hung, files: {disks: {disk0: b.raw}}}]
            """
                .formatted(directory));
    Cli.Outcome outcome = cli.run("job", "run", file).expect(ExitCode.HOOK_FAILED);
    assertThat(outcome.err()).contains("ended after 1 s");
  }

  @Test
  void aRestorePointStaysIfTheHookBehindItFails() throws Exception {
    script("spoil", "exit 1");
    Path file =
        job(
            """
            hooks: {post-commit: %s/spoil}
            vms: [{name: kept, files: {disks: {disk0: b.raw}}}]
            """
                .formatted(directory));
    Cli.Outcome outcome = cli.run("job", "run", file, "--json").expect(ExitCode.HOOK_FAILED);
    assertThat(events(outcome, "committed")).hasSize(1);
    cli.run("show", "kept").expect(ExitCode.OK);
  }

  @Test
  void theServerKnowsOfWhatAHookLeavesBehind() throws Exception {
    script("make", "exit 0");
    script("fail", "exit 9");
    script("clean", "exit 0");
    String text =
        """
        hooks: {makes: volume vg/left-snap, before: %1$s/make, after: %1$s/%2$s}
        vms: [{name: left, host: hv7, files: {disks: {disk0: b.raw}}}]
        """;
    Path failing = job(text.formatted(directory, "fail"));
    cli.run("job", "run", failing).expect(ExitCode.HOOK_FAILED);
    Cli.Outcome leases = cli.run("leases", "--json").expect(ExitCode.OK);
    assertThat(leases.out()).contains("volume vg/left-snap", "\"kind\":\"hook\"", "hv7");
    assertThat(cli.run("leases").out()).contains("volume vg/left-snap");
    assertThat(cli.run("leases", "--older", "24").out()).doesNotContain("left-snap");

    cli.run("job", "run", job(text.formatted(directory, "clean"))).expect(ExitCode.OK);
    assertThat(cli.run("leases", "--json").out()).doesNotContain("left-snap");

    cli.run("job", "run", job(text.formatted(directory, "fail"))).expect(ExitCode.HOOK_FAILED);
    String lease = String.valueOf(Events.members(cli.run("leases", "--json").out()).get("lease"));
    cli.run("leases", "--end", lease).expect(ExitCode.OK);
    assertThat(cli.run("leases").expect(ExitCode.OK).out()).doesNotContain("left-snap");
  }

  @Test
  void aVmThatMovedGoesOnWithItsHistory() throws Exception {
    String text =
        """
        host: %s
        vms:
          - name: %s
            id: 6f9619ff-8b86-d011-b42d-00c04fc964ff
            files: {disks: {disk0: a.raw}}
        """;
    cli.run("job", "run", job(text.formatted("hv1", "mover"))).expect(ExitCode.OK);
    Cli.Outcome second =
        cli.run("job", "run", job(text.formatted("hv2", "moved")), "--json").expect(ExitCode.OK);
    assertThat(events(second, "committed"))
        .singleElement()
        .satisfies(event -> assertThat(event).containsEntry("newBytes", "0"));
    Cli.Outcome vms = cli.run("list", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "--json");
    assertThat(vms.expect(ExitCode.OK).out()).contains("hv1", "hv2", "mover", "moved");
  }

  @Test
  void checkTellsEveryMistake() throws Exception {
    Path file = job("paralel: 2\nvms: [{files: {disks: {disk0: a.raw}}}]\n");
    Cli.Outcome outcome = cli.run("job", "check", file).expect(ExitCode.BAD_CONFIGURATION);
    assertThat(outcome.err().lines())
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains("job.yaml, line 1: paralel is not known"))
        .anySatisfy(line -> assertThat(line).contains("job.yaml, line 2: vms[0].name is missing"));
    assertThat(cli.run("job", "check", file, "--json").out()).contains("\"valid\":false");
    assertThat(cli.run("job", "run", file).expect(ExitCode.BAD_CONFIGURATION).out()).isEmpty();
  }

  @Test
  void checkAcceptsTheExample() throws Exception {
    Path file = job(cli.run("job", "example").expect(ExitCode.OK).out());
    assertThat(cli.run("job", "check", file).expect(ExitCode.OK).out())
        .contains("nightly is in order: 6 VMs to backup1.example");
  }

  @Test
  void endsWhenItIsTold() throws Exception {
    Path file =
        job(
            """
            parallel: 1
            network: {limits: [{rate: 64K}]}
            vms: [{name: slow, files: {disks: {disk0: a.raw}}}]
            """);
    Process process = cli.process("job", "run", file, "--json").start();
    try {
      assertThat(process.inputReader().readLine()).contains("started");
      process.destroy();
      await().atMost(Duration.ofMinutes(2)).until(() -> !process.isAlive());
      assertThat(process.exitValue()).isEqualTo(ExitCode.TERMINATED.code());
      cli.run("show", "slow").expect(ExitCode.NOT_FOUND);
    } finally {
      process.destroyForcibly();
    }
  }
}
