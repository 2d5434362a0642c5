package dozo.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.doctor.Finding.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {

  private static final int NOBODY = 65_534;

  @TempDir Path directory;

  private List<Finding> limits(String size, String threads, String files, String memory)
      throws IOException {
    Files.writeString(
        directory.resolve("limits"),
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max cpu time              unlimited            unlimited            seconds
        Max file size             %s            unlimited            bytes
        Max processes             %s              3756                 processes
        Max open files            %s                 524288               files
        Max address space         %s            unlimited            bytes
        """
            .formatted(size, threads, files, memory));
    List<Finding> findings = new ArrayList<>();
    LimitChecks.run(directory, findings::add);
    return findings;
  }

  @Test
  void readsLimitsAsTheKernelWritesThem() throws IOException {
    assertThat(limits("unlimited", "3756", "1048576", "unlimited"))
        .singleElement()
        .isEqualTo(Finding.ok("open files", "1048576 at a time"));
    assertThat(limits("1024", "100", "256", "4294967296"))
        .extracting(Finding::state, Finding::name)
        .containsExactly(
            tuple(State.PROBLEM, "open files"),
            tuple(State.PROBLEM, "threads"),
            tuple(State.PROBLEM, "file size"),
            tuple(State.PROBLEM, "address space"));
  }

  @Test
  void warnsWhereLimitsCannotBeRead() {
    List<Finding> findings = new ArrayList<>();
    LimitChecks.run(directory.resolve("nothing"), findings::add);
    assertThat(findings).singleElement().extracting(Finding::state).isEqualTo(State.WARNING);
  }

  @Test
  void judgesTheClock() {
    Instant now = Instant.parse("2027-01-01T00:00:00Z");
    assertThat(ClockCheck.judge(now, 0).state()).isEqualTo(State.OK);
    assertThat(ClockCheck.judge(now, 5).state()).isEqualTo(State.WARNING);
    assertThat(ClockCheck.judge(now, -1).state()).isEqualTo(State.WARNING);
    assertThat(ClockCheck.judge(Instant.EPOCH, 0).state()).isEqualTo(State.PROBLEM);
  }

  @Test
  void findsADirectoryThatIsMissingOrOpen() throws IOException {
    List<Finding> findings = new ArrayList<>();
    DirectoryChecks.run(directory.resolve("none"), findings::add);
    assertThat(findings).singleElement().extracting(Finding::state).isEqualTo(State.PROBLEM);

    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    findings.clear();
    DirectoryChecks.run(open, findings::add);
    assertThat(findings.getFirst().state()).isEqualTo(State.WARNING);
    assertThat(findings.getFirst().cure()).isEqualTo("chmod 700 " + open);

    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwx------"));
    findings.clear();
    DirectoryChecks.run(open, findings::add);
    assertThat(findings.getFirst().state()).isEqualTo(State.OK);
    assertThat(findings).extracting(Finding::name).contains("file system", "room");
  }

  @Test
  void findsADirectoryInWhichNoFileCanBeMade() {
    List<Finding> findings = new ArrayList<>();
    DirectoryChecks.run(Path.of("/proc"), findings::add);
    assertThat(findings.getFirst().state()).isEqualTo(State.PROBLEM);
  }

  /** As a command leaves them that is run as root on the directory of a server that is not. */
  @Test
  void findsWhatIsAnothersInARepository() throws IOException {
    Path repository = Files.createDirectory(directory.resolve("repository"));
    Files.createFile(repository.resolve("repository.dozo"));
    Path tokens = Files.createDirectories(repository.resolve("state/tokens"));
    Files.createFile(tokens.resolve("one"));
    Path packs = Files.createDirectories(repository.resolve("packs/00"));
    Files.createFile(packs.resolve("pack"));
    String owner = Files.getOwner(directory).getName();
    List<Finding> findings = new ArrayList<>();
    OwnershipCheck.run(directory, owner, findings::add);
    OwnershipCheck.run(repository, owner, findings::add);
    OwnershipCheck.run(tokens, owner, findings::add);
    assertThat(findings).hasSize(2).extracting(Finding::state).containsOnly(State.OK);

    assumeThat(owner).as("only root gives files away").isEqualTo("root");
    Files.setAttribute(tokens.resolve("one"), "unix:uid", NOBODY);
    Files.setAttribute(packs.resolve("pack"), "unix:uid", NOBODY);
    findings.clear();
    OwnershipCheck.run(directory, "dozo", findings::add);
    OwnershipCheck.run(directory, "root", findings::add);
    assertThat(findings).extracting(Finding::state).containsExactly(State.PROBLEM, State.WARNING);
    assertThat(findings.getFirst().found())
        .startsWith(tokens.resolve("one").toString())
        .endsWith("and not to root");
    assertThat(findings.getFirst().cure()).startsWith("chown -R root: " + repository);
  }

  @Test
  void findsThatFusermountCouldNotMount() throws IOException {
    Files.writeString(directory.resolve("status"), "Name:\tjava\nNoNewPrivs:\t1\n");
    assertThat(FuseChecks.helper(directory).found()).contains("may gain no rights");
    Files.writeString(directory.resolve("status"), "Name:\tjava\nNoNewPrivs:\t0\n");
    assertThat(FuseChecks.helper(directory).found()).doesNotContain("may gain no rights");
  }

  @Test
  void findsAKeyFileThatOthersCanRead() throws IOException {
    Path key = Files.write(directory.resolve("key"), new byte[32]);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    List<Finding> findings = new ArrayList<>();
    KeyFileCheck.run(key, findings::add);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--r-----"));
    KeyFileCheck.run(key, findings::add);
    KeyFileCheck.run(directory.resolve("none"), findings::add);
    assertThat(findings)
        .extracting(Finding::state)
        .containsExactly(State.PROBLEM, State.OK, State.PROBLEM);
  }

  @Test
  void findsATemporaryDirectoryThatIsNotThere() {
    List<Finding> findings = new ArrayList<>();
    TemporaryCheck.run(directory.resolve("none"), findings::add);
    TemporaryCheck.run(directory, findings::add);
    assertThat(findings).extracting(Finding::state).containsExactly(State.PROBLEM, State.OK);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void saysWhatToDoAboutEverythingThatIsNotAsItShouldBe() {
    List<Finding> findings = new ArrayList<>();
    new Examination(directory, Path.of("/proc/self"), List.of(directory), Optional.empty())
        .run(findings::add);
    assertThat(findings)
        .hasSizeGreaterThan(8)
        .allSatisfy(
            finding -> assertThat(finding.cure().isEmpty()).isEqualTo(finding.state() == State.OK));
  }
}
