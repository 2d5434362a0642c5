package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The kernel of Debian's cloud images, and other packages that guests of tests are made of: fetched
 * and unpacked once for all runs, and not installed.
 *
 * @param image what boots
 * @param modules where its drivers are
 */
record GuestKernel(Path image, Path modules) {
  private static final String PACKAGE = "linux-image-cloud-amd64";

  static GuestKernel prepare() throws Exception {
    Path root = unpacked(PACKAGE, "kernel");
    Path modules;
    try (Stream<Path> versions = Files.list(root.resolve("lib/modules"))) {
      modules = versions.findFirst().orElseThrow().resolve("kernel/drivers");
    }
    try (Stream<Path> boot = Files.list(root.resolve("boot"))) {
      return new GuestKernel(
          boot.filter(file -> file.getFileName().toString().startsWith("vmlinuz"))
              .findFirst()
              .orElseThrow(),
          modules);
    }
  }

  /** Puts a module into an archive, and returns its name there, below m. */
  String addModule(String module, InitramfsArchive archive) throws IOException {
    Path file = modules.resolve(module);
    archive.add("m/" + file.getFileName(), 0100644, Files.readAllBytes(file));
    return file.getFileName().toString();
  }

  /** A package's files, or those of the one that it stands for. */
  static Path unpacked(String packageName, String name) throws Exception {
    Path directory = Path.of("target", "guest").toAbsolutePath();
    Path unpacked = directory.resolve(name);
    if (Files.isDirectory(unpacked)) {
      return unpacked;
    }
    Files.createDirectories(directory);
    String depends = run(directory, "apt-cache", "depends", packageName);
    String real =
        depends
            .lines()
            .filter(line -> line.contains("Depends: linux-image"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(packageName);
    run(directory, "apt-get", "download", real);
    Path archive;
    try (Stream<Path> files = Files.list(directory)) {
      archive = files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElseThrow();
    }
    Path part = directory.resolve("part");
    run(directory, "dpkg-deb", "-x", archive.toString(), part.toString());
    Files.move(part, unpacked);
    Files.delete(archive);
    return unpacked;
  }

  /** Runs a program that is to succeed, and returns what it says. */
  static String run(Path directory, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + said).isZero();
    return said;
  }
}
