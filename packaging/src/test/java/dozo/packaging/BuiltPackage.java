package dozo.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The package that this build made.
 *
 * @param file where it is
 * @param archiver the program that knows its format
 */
record BuiltPackage(Path file, Tool archiver) {

  private static final Path TARGET = Path.of("target").toAbsolutePath();

  /** A line of {@code dpkg-deb --contents}: rights, owner, size, date, time, path. */
  private static final Pattern LINE =
      Pattern.compile("(\\S{10})\\s+(\\S+)\\s+\\d+\\s+\\S+\\s+\\S+\\s+\\.(/\\S*)(?: -> .*)?");

  static BuiltPackage find() throws IOException {
    assumeThat(Tool.find("dpkg-deb")).as("without dpkg the package is NOT tested").isPresent();
    try (Stream<Path> files = Files.list(TARGET)) {
      List<Path> packages =
          files.filter(file -> file.getFileName().toString().endsWith(".deb")).toList();
      assertThat(packages).hasSize(1);
      return new BuiltPackage(packages.getFirst(), Tool.find("dpkg-deb").orElseThrow());
    }
  }

  String field(String name) throws IOException {
    return archiver.run(null, "--field", file.toString(), name).strip();
  }

  /**
   * A file of the package.
   *
   * @param rights as ls has them
   * @param owner the user and the group, with a slash between
   */
  record Entry(String rights, String owner) {}

  /** Its files by their paths. */
  Map<String, Entry> contents() throws IOException {
    Map<String, Entry> entries = new TreeMap<>();
    for (String line : archiver.run(null, "--contents", file.toString()).lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      assertThat(matcher.matches()).as(line).isTrue();
      entries.put(matcher.group(3), new Entry(matcher.group(1), matcher.group(2)));
    }
    return entries;
  }

  /** Unpacks what controls the installation to a new directory. */
  Path control(Path directory) throws IOException {
    archiver.run(null, "--control", file.toString(), directory.toString());
    return directory;
  }

  /** Unpacks the files to a directory, as if that were the root of a system. */
  void unpack(Path root) throws IOException {
    archiver.run(null, "--extract", file.toString(), root.toString());
  }

  /** Makes the same package of another version, in a file of that name. */
  Path as(String version, Path directory) throws IOException {
    Path tree = directory.resolve("tree");
    archiver.run(null, "--raw-extract", file.toString(), tree.toString());
    Path control = tree.resolve("DEBIAN/control");
    Files.writeString(
        control, Files.readString(control).replaceAll("(?m)^Version: .*$", "Version: " + version));
    Path made = directory.resolve("dozo_" + version + ".deb");
    archiver.run(
        null, "--root-owner-group", "-Zgzip", "-z1", "--build", tree.toString(), made.toString());
    return made;
  }
}
