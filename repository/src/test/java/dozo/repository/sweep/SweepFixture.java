package dozo.repository.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.chunk.Algorithm;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.key.Argon2Cost;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.RepositoryParameters;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import dozo.repository.TestRepository;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.RoomReserve;
import dozo.repository.storage.UnsyncedFiles;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.stream.Stream;

/** A repository of tiny chunks and packs, on a clock that tests move. */
public final class SweepFixture {

  /** Chunks of 4 KiB in segments of 16 KiB in packs of 64 KiB. */
  static final RepositoryParameters TINY =
      new RepositoryParameters(
          ChunkerParameters.of(Algorithm.FASTCDC2020, 4 << 10), 16 << 10, 64 << 10);

  /** Leaves no waste and empties the trash. */
  public static final SweepRequest THOROUGH =
      SweepRequest.standard()
          .withMaximumUnused(new WasteBudget.Bytes(0))
          .withKeeping(Duration.ZERO, Duration.ZERO);

  private final Path directory;
  private final TestClock clock = new TestClock();
  private FileLayer files = new UnsyncedFiles();

  SweepFixture(Path directory) throws IOException {
    this.directory = directory;
    TestRepository.create(directory, TINY);
  }

  /** Makes a repository on other files. */
  SweepFixture(Path directory, FileLayer files) throws IOException {
    this.directory = directory;
    this.files = files;
    try (SlotSecret secret = TestRepository.secret()) {
      Repository.create(directory, TINY, secret, Argon2Cost.DEFAULT, "test", options());
    }
  }

  TestClock clock() {
    return clock;
  }

  Path directory() {
    return directory;
  }

  /** Opens with other files from now on. */
  SweepFixture with(FileLayer other) {
    files = other;
    return this;
  }

  RepositoryOptions options() {
    return TestRepository.options()
        .withMemoryBytes(32 << 20)
        .withFiles(files)
        .withClock(clock)
        .withReserve(RoomReserve.NONE);
  }

  Repository open() throws IOException {
    return TestRepository.open(directory, options());
  }

  /** Sweeps, and tells nobody how far it is. */
  static SweepReport sweep(Repository repository, SweepRequest request) throws IOException {
    return repository.sweeper().sweep(request, SweepListener.NONE);
  }

  /** A disk of which only the first part is another's. */
  static byte[] sharing(byte[] other, long seed, int shared) {
    byte[] content = bytes(seed, other.length);
    System.arraycopy(other, 0, content, 0, shared);
    return content;
  }

  /** Random bytes, of which nothing can be shared or compressed. */
  static byte[] bytes(long seed, int length) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  static void verify(Repository repository) throws IOException {
    VerifyReport report = repository.verify(VerifyRequest.all(true), VerifyListener.NONE);
    assertThat(report.isSound()).as("%s", report).isTrue();
  }

  /** Sweeps thoroughly until nothing is left to do, and checks that nothing leaks. */
  public static void requireNoLeak(Repository repository) throws IOException {
    repository.sweeper().sweep(THOROUGH, SweepListener.NONE);
    SweepReport report = repository.sweeper().sweep(THOROUGH, SweepListener.NONE);
    assertThat(report.dead().count()).as("%s", report).isZero();
    assertThat(report.wasteBytes()).as("%s", report).isZero();
    assertThat(report.claimed().count()).as("%s", report).isZero();
    assertThat(report.leftAlone()).as("%s", report).isZero();
    assertThat(report.damaged()).as("%s", report).isEmpty();
    assertThat(report.trash().count()).as("%s", report).isZero();
    assertThat(repository.statistics().packs().chunks())
        .as("%s", report)
        .isEqualTo(report.live().count());
    assertThat(repository.statistics().indexedChunks())
        .as("%s", report)
        .isEqualTo(report.live().count());
  }

  /** The files below a directory of the repository. */
  long files(String name) throws IOException {
    try (Stream<Path> paths = Files.walk(directory.resolve(name))) {
      return paths.filter(Files::isRegularFile).count();
    }
  }

  /** Stands still until it is moved. */
  static final class TestClock extends Clock {

    private volatile Instant now = Instant.parse("2026-11-21T12:00:00Z");

    void forward(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
