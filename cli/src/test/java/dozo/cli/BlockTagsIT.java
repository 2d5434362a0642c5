package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.Crc32c;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Full reads of disks that were backed up from here before. */
class BlockTagsIT {

  private static final int MIB = 1 << 20;
  private static final int DISK_BYTES = 48 * MIB;

  @TempDir private Path directory;
  private ServerProcess server;
  private Path disk;

  @BeforeEach
  void start() throws Exception {
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    disk = Cli.randomFile(directory.resolve("disk.raw"), DISK_BYTES / 2, 5);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(DISK_BYTES);
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void overwrite(long offset, byte[] bytes) throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.seek(offset);
      file.write(bytes);
    }
  }

  private static byte[] noise(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Cli.Outcome backUp(Object... more) {
    Object[] words =
        Stream.concat(Stream.of("backup", "--vm", "web", "--json", disk), Stream.of(more))
            .toArray();
    return server.cli().run(words).expect(ExitCode.OK);
  }

  private static long figure(Cli.Outcome outcome, String name) {
    return Long.parseLong(outcome.member(name));
  }

  private void restoreAndCompare(Cli.Outcome backup) throws Exception {
    Path target = directory.resolve("restored.raw");
    server
        .cli()
        .run("restore", backup.member("restorePoint"), "-o", target, "--replace")
        .expect(ExitCode.OK);
    assertThat(Files.mismatch(disk, target)).isEqualTo(-1);
  }

  /** All of the disk is cut anew, and neither a chunk nor a node of the map is another. */
  private void assertAsIfAllHadBeenSent() {
    Cli.Outcome whole = backUp("--no-block-tags", "--transfer", "stream");
    assertThat(figure(whole, "newBytes")).isZero();
    assertThat(figure(whole, "storedBytes")).isZero();
  }

  private Path tagFile() throws Exception {
    try (Stream<Path> files = Files.list(server.blockTags())) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.getFirst();
    }
  }

  @Test
  void sendsNothingOfADiskThatIsAsItWas() throws Exception {
    assertThat(figure(backUp(), "sentBytes")).isGreaterThan(DISK_BYTES / 2 - 1);
    Cli.Outcome again = backUp();
    assertThat(figure(again, "sentBytes")).isZero();
    restoreAndCompare(again);
    assertAsIfAllHadBeenSent();
  }

  @Test
  void sendsTheBlocksThatChanged() throws Exception {
    backUp();
    overwrite(3 * MIB + 70_000, noise(10, 1));
    overwrite(40 * MIB, noise(MIB, 2));
    overwrite(8 * MIB, new byte[MIB]);
    Cli.Outcome changed = backUp();
    assertThat(figure(changed, "sentBytes")).isEqualTo(MIB + (64 << 10));
    restoreAndCompare(changed);
    assertAsIfAllHadBeenSent();
  }

  @Test
  void makesTheSameRestorePointWhateverHappensToTheDisk() throws Exception {
    Random random = new Random(11);
    for (int day = 0; day < 8; day++) {
      for (int i = 0; i < 6; i++) {
        int at = random.nextInt(40 * MIB);
        overwrite(at, random.nextBoolean() ? new byte[300_000] : noise(1 + at % 90_000, at));
      }
      try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
        file.setLength(DISK_BYTES - 512L * random.nextInt(4000));
      }
      restoreAndCompare(backUp());
      assertAsIfAllHadBeenSent();
    }
  }

  @Test
  void sendsAllWhenTheBaseIsGone() throws Exception {
    String base = backUp().member("restorePoint");
    backUp("--no-block-tags");
    server.cli().run("forget", base, "--admin-port", server.adminPort()).expect(ExitCode.OK);
    overwrite(MIB, noise(100, 3));
    Cli.Outcome whole = backUp();
    assertThat(whole.err()).doesNotContain("warning");
    restoreAndCompare(whole);
    assertThat(figure(backUp(), "sentBytes")).isZero();
  }

  @Test
  void findsOutThatItRemembersAnotherDisk() throws Exception {
    backUp();
    byte[] old = Files.readAllBytes(disk);
    overwrite(0, noise(DISK_BYTES, 7));
    String other = backUp("--no-block-tags").member("restorePoint");
    // As if the tags of the first disk had been made of the second.
    Path file = tagFile();
    byte[] bytes = Files.readAllBytes(file);
    UUID base = UUID.fromString(other);
    ByteBuffer.wrap(bytes, 48, 16)
        .putLong(base.getMostSignificantBits())
        .putLong(base.getLeastSignificantBits());
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(104, Crc32c.of(bytes, 0, 104));
    Files.write(file, bytes);
    Files.write(disk, old);
    Cli.Outcome whole = backUp();
    assertThat(whole.err()).contains("is read whole", "differs from the base");
    restoreAndCompare(whole);
    assertThat(server.cli().run("show", whole.member("restorePoint"), "--json").out())
        .contains("whole.disk0");
    assertThat(figure(backUp(), "sentBytes")).isZero();
  }

  @Test
  void goesOnWhereItWasCutOff() throws Exception {
    backUp();
    overwrite(2 * MIB, noise(20 * MIB, 8));
    try (CuttingProxy proxy = CuttingProxy.cuttingAfter(server.port(), 9L * MIB)) {
      Cli.Outcome resumed =
          server
              .cliThrough(proxy.port())
              .run("backup", "--vm", "web", "--json", disk)
              .expect(ExitCode.OK);
      assertThat(figure(resumed, "retries")).isPositive();
      restoreAndCompare(resumed);
    }
    assertAsIfAllHadBeenSent();
    assertThat(figure(backUp(), "sentBytes")).isLessThanOrEqualTo(64 << 10);
  }

  @Test
  void cutsAndCompressesManyChangesForASlowLink() throws Exception {
    int bytes = 72 * MIB;
    overwrite(0, noise(bytes, 9));
    backUp();
    byte[] text = new byte[bytes];
    Random random = new Random(10);
    for (int i = 0; i < bytes; i++) {
      text[i] = (byte) ('a' + random.nextInt(8));
    }
    overwrite(0, text);
    try (CuttingProxy proxy = CuttingProxy.slow(server.port(), 10_000_000)) {
      Cli.Outcome backup =
          server
              .cliThrough(proxy.port())
              .run("backup", "--vm", "web", "--json", disk)
              .expect(ExitCode.OK);
      assertThat(backup.member("transfer")).isEqualTo("stream+source");
      assertThat(figure(backup, "sentBytes")).isLessThan(48L * MIB + bytes);
      restoreAndCompare(backup);
    }
    assertThat(figure(backUp(), "sentBytes")).isLessThanOrEqualTo(64 << 10);
  }

  @Test
  void doesWithoutAPlaceForTags() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    restoreAndCompare(backUp("--block-tags", file.resolve("tags")));
    assertThat(server.blockTags()).doesNotExist();
    restoreAndCompare(backUp("--no-block-tags"));
    restoreAndCompare(backUp("--transfer", "stream"));
    assertThat(server.blockTags()).doesNotExist();
  }
}
