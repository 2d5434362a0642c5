package dozo.cli.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.cli.quickstart.Tool;
import dozo.format.CorruptDataException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is let through of archives, those of GNU tar and those of an attacker. */
class TarGateTest {
  @TempDir private Path directory;

  private static TarEntry entry(char type, String path, String link, int mode) {
    return new TarEntry(type, path, link, mode, 1000, 1001, 0, "1700000000.5", Map.of());
  }

  private static TarEntry directory(String path) {
    return entry(TarEntry.DIRECTORY, path, "", 0755);
  }

  private static TarEntry file(String path) {
    return entry(TarEntry.FILE, path, "", 0644);
  }

  private static TarEntry link(String path, String target) {
    return entry(TarEntry.SYMBOLIC_LINK, path, target, 0777);
  }

  private static TarEntry hardLink(String path, String target) {
    return entry(TarEntry.HARD_LINK, path, target, 0644);
  }

  private static byte[] archive(TarEntry... entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    for (TarEntry each : entries) {
      writer.entry(each);
    }
    writer.end();
    return out.toByteArray();
  }

  private static List<TarEntry> entries(byte[] archive) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(archive));
    List<TarEntry> entries = new ArrayList<>();
    for (Optional<TarEntry> each = reader.next(); each.isPresent(); each = reader.next()) {
      entries.add(each.get());
    }
    return entries;
  }

  private static List<TarEntry> passed(TarEntry... entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarGate.ofNames(new ByteArrayInputStream(archive(entries)), out, List.of("etc")).run();
    return entries(out.toByteArray());
  }

  private static void refuses(TarEntry... entries) {
    assertThatThrownBy(() -> passed(entries))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("sent");
  }

  @Test
  void passesWhatWasAskedForAsItIs() throws Exception {
    assertThat(
            passed(
                directory("./etc/"),
                file("./etc/hosts"),
                directory("./etc/ssl"),
                link("./etc/ssl/cert", "/usr/share/cert"),
                hardLink("./etc/ssl/hosts", "./etc/hosts"),
                file("./etc/late")))
        .containsExactly(
            directory("etc"),
            file("etc/hosts"),
            directory("etc/ssl"),
            link("etc/ssl/cert", "/usr/share/cert"),
            hardLink("etc/ssl/hosts", "etc/hosts"),
            file("etc/late"));
  }

  @Test
  void refusesPathsThatLeadElsewhere() {
    refuses(file("/etc/passwd"));
    refuses(file("../etc"));
    refuses(file("./other"));
    refuses(directory("./etc"), file("./etc/../../x"));
    refuses(directory("./etc"), file("./etc//x"));
    refuses(directory("./etc"), file("./etc/./x"));
    refuses(directory("./etc"), file("./etc/x\0y"));
    refuses(directory("./etc"), file("./etc/" + "x".repeat(5000)));
    refuses(file("."));
  }

  @Test
  void refusesToWriteThroughALink() {
    refuses(link("./etc", "/"), file("./etc/passwd"));
    refuses(link("./etc", "/"), directory("./etc"), file("./etc/passwd"));
    refuses(directory("./etc"), link("./etc/a", "/"), file("./etc/a/passwd"));
    refuses(directory("./etc"), directory("./etc/a"), link("./etc/a", "/"), file("./etc/a/x"));
    refuses(directory("./etc"), file("./etc/a/x"));
  }

  @Test
  void refusesHardLinksToAnythingOutside() {
    refuses(directory("./etc"), hardLink("./etc/x", "/etc/shadow"));
    refuses(directory("./etc"), hardLink("./etc/x", "./shadow"));
    refuses(directory("./etc"), hardLink("./etc/x", "./etc/../shadow"));
    refuses(directory("./etc"), link("./etc/a", "/etc"), hardLink("./etc/x", "./etc/a/shadow"));
  }

  @Test
  void leavesOutDevicesAndWhatGivesRights() throws Exception {
    TarEntry capable =
        file("./etc/b")
            .with("./etc/b", "", 0755, Map.of("security.capability", "x", "user.k", "v"));
    byte[] archive =
        archive(
            directory("./etc"),
            entry('3', "./etc/null", "", 0666),
            entry('6', "./etc/pipe", "", 0666),
            entry(TarEntry.FILE, "./etc/su", "", 06755),
            capable);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarGate.Passed passed =
        TarGate.ofNames(new ByteArrayInputStream(archive), out, List.of("etc")).run();
    assertThat(passed.leftOut())
        .containsOnly(
            Map.entry("devices and pipes", 2L),
            Map.entry("set-user-id and set-group-id bits", 1L),
            Map.entry("security.* attributes", 1L));
    assertThat(entries(out.toByteArray()))
        .containsExactly(
            directory("etc"),
            entry(TarEntry.FILE, "etc/su", "", 0755),
            capable.with("etc/b", "", 0755, Map.of("user.k", "v")));
  }

  @Test
  void tellsWhichFilesItLetThroughWithoutGoingThroughLinks() throws Exception {
    TarGate gate =
        TarGate.ofNames(
            new ByteArrayInputStream(archive(directory("./etc"), link("./etc/a", "/etc"))),
            OutputStream.nullOutputStream(),
            List.of("etc"));
    gate.run();
    assertThat(gate.arrived("etc/hosts")).contains("etc/hosts");
    assertThat(gate.arrived("etc/a/passwd")).isEmpty();
    assertThat(gate.arrived("etc/a")).isEmpty();
    assertThat(gate.arrived("../../etc/passwd")).isEmpty();
    assertThat(gate.arrived("/etc/passwd")).isEmpty();
  }

  @Test
  void aWholeVolumeArrivesInADirectory() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] archive = archive(directory("./"), directory("./etc"), file("./etc/hosts"), file("./x"));
    TarGate.ofVolume(new ByteArrayInputStream(archive), out, "disk0-2").run();
    assertThat(entries(out.toByteArray()))
        .containsExactly(
            directory("disk0-2"),
            directory("disk0-2/etc"),
            file("disk0-2/etc/hosts"),
            file("disk0-2/x"));
  }

  @Test
  void understandsGnuTarAndIsUnderstoodByIt() throws Exception {
    Path etc = Files.createDirectories(directory.resolve("etc"));
    byte[] content = new byte[300_000];
    new Random(3).nextBytes(content);
    Files.write(etc.resolve("content"), content);
    Files.writeString(etc.resolve("name ü with\nline"), "x");
    Files.createFile(etc.resolve("n".repeat(200)));
    Files.createSymbolicLink(etc.resolve("link"), Path.of("/nowhere/" + "l".repeat(300)));
    Files.createLink(etc.resolve("zweiter"), etc.resolve("content"));
    Tool tar = Tool.require("tar", "tar");
    Path made = directory.resolve("made.tar");
    tar.run(null, "-C", directory + "", "--format=posix", "-cf", made + "", "--xattrs", "./etc");
    Path passed = directory.resolve("passed.tar");
    try (OutputStream out = Files.newOutputStream(passed);
        var in = Files.newInputStream(made)) {
      TarGate.ofNames(in, out, List.of("etc")).run();
    }
    Path copy = Files.createDirectory(directory.resolve("copy"));
    tar.run(null, "-C", copy + "", "-xpf", passed + "");
    Tool.require("diff", "diffutils")
        .run(null, "-r", "--no-dereference", etc + "", copy.resolve("etc") + "");
    assertThat(Files.getLastModifiedTime(copy.resolve("etc/content")))
        .isEqualTo(Files.getLastModifiedTime(etc.resolve("content")));
    assertThat(Files.getAttribute(copy.resolve("etc/zweiter"), "unix:nlink")).isEqualTo(2);
  }

  @Test
  void refusesWhatIsNoArchiveOfGnuTar() throws Exception {
    byte[] archive = archive(directory("./etc"), file("./etc/x"));
    assertThatThrownBy(() -> entries(Arrays.copyOf(archive, archive.length - 1500)))
        .isInstanceOf(EOFException.class);
    byte[] large = archive.clone();
    System.arraycopy("77777777777".getBytes(StandardCharsets.US_ASCII), 0, large, 124, 11);
    assertThatThrownBy(() -> entries(large)).isInstanceOf(CorruptDataException.class);
  }

  @Test
  void survivesAnyDamageToAnArchive() throws Exception {
    byte[] archive =
        archive(
            directory("./etc"),
            file("./etc/x"),
            link("./etc/l", "x"),
            hardLink("./etc/h", "./etc/x"));
    Random random = new Random(5);
    for (int run = 0; run < 3000; run++) {
      byte[] damaged = archive.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      // The checksum of the first header is made right, so that what lies behind it is judged.
      byte[] sum =
          String.format("%06o\0 ", TarFormat.checksum(damaged)).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(sum, 0, damaged, TarFormat.CHECKSUM_AT, 8);
      try {
        TarGate.ofNames(
                new ByteArrayInputStream(damaged), OutputStream.nullOutputStream(), List.of("etc"))
            .run();
      } catch (IOException e) {
        assertThat(e)
            .as("run %d of seed 5", run)
            .isInstanceOfAny(CorruptDataException.class, EOFException.class);
      }
    }
  }
}
