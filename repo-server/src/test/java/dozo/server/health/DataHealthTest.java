package dozo.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.IngestStatistics;
import dozo.format.manifest.MapRoot;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class DataHealthTest {

  private static final long MIB = 1 << 20;
  private static final long DATA = 1_000 * MIB;

  private final List<RestorePoint> before = new ArrayList<>();

  /** A restore point of 1,000 MiB of data, of which so much was new and became so much. */
  private RestorePoint point(long newMib, long storedMib) {
    int number = before.size();
    return new RestorePoint(
        new RestorePointId(new UUID(7L << 12, 1L << 63 | number)),
        Instant.EPOCH.plusSeconds(86_400L * number),
        new VmRef("default", new UUID(1, 1), "web", "hv1"),
        "default",
        Consistency.NONE,
        List.of(
            new DiskEntry(
                "disk0",
                new DiskGeometry(4 * DATA, 512, 4096),
                new UUID(2, 2),
                new MapRoot(new ChunkId(1, 2, 3, 4), 1, DATA))),
        List.of(),
        new TreeMap<>(),
        new IngestStatistics(DATA, newMib, newMib * MIB, storedMib * MIB, 1));
  }

  private void history(long newMib, long storedMib, int times) {
    for (int i = 0; i < times; i++) {
      before.add(point(newMib, storedMib));
    }
  }

  private Optional<String> oddity(RestorePoint point) {
    return DataHealth.usual(before).flatMap(usual -> DataHealth.of(point).oddity(usual));
  }

  @Test
  void canBeOddOnlyWithMuchNewDataThatDoesNotCompress() {
    assertThat(DataHealth.of(point(500, 490)).canBeOdd()).isTrue();
    assertThat(DataHealth.of(point(500, 300)).canBeOdd()).isFalse();
    assertThat(DataHealth.of(point(100, 100)).canBeOdd()).isFalse();
    assertThat(DataHealth.of(point(0, 0)).canBeOdd()).isFalse();
  }

  @Test
  void tellsSharesOfWhatIsNewAndOfWhatCompressionLeft() {
    DataHealth health = DataHealth.of(point(250, 100));

    assertThat(health.newShare()).isEqualTo(0.25);
    assertThat(health.storedShare()).isEqualTo(0.4);
    assertThat(DataHealth.of(point(0, 0)).storedShare()).isZero();
    assertThat(DataHealth.of(point(10, 11)).storedShare()).isEqualTo(1);
  }

  @Test
  void findsOddThatMuchIsNewAndDoesNotCompress() {
    history(1_000, 450, 1);
    history(30, 14, 6);

    assertThat(oddity(point(700, 700)).orElse(""))
        .contains("70 % of its data is new", "3 % is usual", "100 % of that", "encryption");
  }

  @Test
  void findsNothingOddInAnOrdinaryDayOrAPatchDay() {
    history(1_000, 450, 1);
    history(30, 14, 6);

    assertThat(oddity(point(30, 14))).isEmpty();
    assertThat(oddity(point(480, 230))).as("a patch day compresses").isEmpty();
    assertThat(oddity(point(15, 15))).as("little").isEmpty();
    assertThat(oddity(point(110, 110))).as("a film was copied").isEmpty();
  }

  @Test
  void takesForUsualWhatAVmAlwaysDoes() {
    history(1_000, 990, 1);
    history(250, 248, 6);

    assertThat(oddity(point(400, 396))).isEmpty();
  }

  @Test
  void findsOddThatAboutAllIsNewWhereNothingEverCompressed() {
    history(1_000, 990, 1);
    history(20, 20, 6);

    assertThat(oddity(point(300, 300))).isEmpty();
    assertThat(oddity(point(900, 900))).isPresent();
  }

  @Test
  void findsNothingOddBeforeAnythingIsUsual() {
    history(1_000, 450, 1);
    history(30, 14, 1);

    assertThat(oddity(point(900, 900))).isEmpty();
  }
}
