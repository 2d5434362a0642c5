package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job on a real disk: pushed over TLS on two days, stored once, and read back by every way
 * there is, also with tools that nobody here wrote.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MainJobIT {

  @TempDir private static Path directory;
  private static Path web;
  private static ServerProcess server;
  private static String first = "";
  private static String second = "";

  @BeforeAll
  static void pushTwoDays() throws Exception {
    web = SmallDataSet.web();
    server = ServerProcess.create(directory);
    first = push("web", "day1.raw");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  @Order(1)
  void storesOfTheSecondDayWhatChanged() throws IOException {
    long before = storedBytes();
    second = push("web", "day2.raw");
    long more = storedBytes() - before;
    System.out.printf("Stored: day 1 %,d bytes, day 2 %,d more%n", before, more);
    assertThat(more).isPositive().isLessThan(before / 2);
  }

  @Test
  @Order(2)
  void storesAlmostNothingOfAClone() throws IOException {
    long before = storedBytes();
    push("clone", "day2.raw");
    // A manifest, and nothing that any pack would hold.
    assertThat(storedBytes() - before).isPositive().isLessThan(1 << 16);
  }

  @Test
  @Order(3)
  void restoresRawDisksBitForBit() throws Exception {
    restoreBoth();
  }

  @Test
  @Order(3)
  void restoresAVhdxThatOtherToolsRead() throws Exception {
    Path vhdx = directory.resolve("restored.vhdx");
    server.cli().run("restore", second, "-o", vhdx).expect(ExitCode.OK);
    readWithOtherTools(vhdx);
    Files.delete(vhdx);
  }

  @Test
  @Order(3)
  void mountsFromTheServer() throws Exception {
    readMounted(server.cli());
  }

  @Test
  @Order(4)
  void losesNothingWithItsIndex() throws Exception {
    assertThat(server.end()).isZero();
    deleteTree(server.data().resolve("repository/index"));
    readMounted(server.local());
    server = server.restart();
    assertThat(server.cli().run("list").expect(ExitCode.OK).out()).contains(first, second);
    restoreBoth();
    assertThat(server.end()).isZero();
    server.local().run("verify", "--all").expect(ExitCode.OK);
    server = server.restart();
  }

  private static String push(String vm, String day) {
    return server
        .cli()
        .run("backup", "--vm", vm, web.resolve(day), "--json")
        .expect(ExitCode.OK)
        .member("restorePoint");
  }

  private static void restoreBoth() throws Exception {
    for (String[] pair : new String[][] {{first, "day1.raw"}, {second, "day2.raw"}}) {
      Path raw = directory.resolve("restored.raw");
      server.cli().run("restore", pair[0], "-o", raw).expect(ExitCode.OK);
      run("cmp", raw, web.resolve(pair[1]));
      Files.delete(raw);
    }
  }

  private static void readMounted(Cli cli) throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/fuse")), "SKIPPED: no /dev/fuse");
    Path mount = directory.resolve("mount");
    int mounted =
        cli.process("mount", "--make", "--background", second, mount).inheritIO().start().waitFor();
    assertThat(mounted).isZero();
    try {
      run("cmp", mount.resolve("disk0.raw"), web.resolve("day2.raw"));
      readWithOtherTools(mount.resolve("disk0.vhdx"));
    } finally {
      cli.run("unmount", mount).expect(ExitCode.OK);
    }
  }

  private static void readWithOtherTools(Path vhdx) throws Exception {
    run("qemu-img", "check", vhdx);
    Path raw = directory.resolve("converted.raw");
    run("qemu-img", "convert", "-O", "raw", vhdx, raw);
    run("cmp", raw, web.resolve("day2.raw"));
    Files.delete(raw);
    Path libvhdi = Files.createDirectories(directory.resolve("libvhdi"));
    run("vhdimount", vhdx, libvhdi);
    try {
      run("cmp", libvhdi.resolve("vhdi1"), web.resolve("day2.raw"));
    } finally {
      run("fusermount", "-u", libvhdi);
    }
  }

  private static void run(Object... words) throws Exception {
    List<String> command = new ArrayList<>();
    for (Object word : words) {
      command.add(String.valueOf(word));
    }
    Path log = directory.resolve("tool.log");
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(code).as("%s wrote: %s", command, Files.readString(log)).isZero();
  }

  private static long storedBytes() throws IOException {
    long[] sum = {0};
    for (String part : List.of("packs", "manifests")) {
      Files.walkFileTree(
          server.data().resolve("repository").resolve(part),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sum[0] += attributes.size();
              return FileVisitResult.CONTINUE;
            }
          });
    }
    return sum[0];
  }

  private static void deleteTree(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
