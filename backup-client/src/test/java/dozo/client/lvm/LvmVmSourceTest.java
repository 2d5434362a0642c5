package dozo.client.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.client.leftover.Journal;
import dozo.client.leftover.Journals;
import dozo.client.leftover.Watchdog;
import dozo.client.program.Program;
import dozo.client.source.Checkpoint;
import dozo.client.source.FrozenDisk;
import dozo.client.source.SourceUnreadableException;
import dozo.format.manifest.ConsistencyLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Snapshots of a stand-in for LVM, whose volumes are files: a thin one, {@code vg/web}, another,
 * {@code vg/data}, and a thick one, {@code vg/thick}. It notes what it is asked.
 */
class LvmVmSourceTest {
  private static final String VOLUME =
      "{\"vg_name\":\"vg\",\"lv_name\":\"%s\",\"segtype\":\"%s\",\"pool_lv\":\"%s\","
          + "\"origin\":\"%s\",\"data_percent\":\"%s\",\"metadata_percent\":\"\"}";

  @TempDir private Path directory;
  private Path devices;
  private Path lvm;

  @BeforeEach
  void standIn() throws IOException {
    devices = Files.createDirectory(directory.resolve("dev"));
    Files.createDirectory(devices.resolve("vg"));
    Files.createDirectory(directory.resolve("told"));
    for (String each : List.of("web", "data", "thick")) {
      Files.write(devices.resolve("vg").resolve(each), new byte[4096]);
      tell(each, each.equals("thick") ? "linear" : "thin", each.equals("thick") ? "" : "pool", "");
    }
    pool("12.50");
    lvm =
        Files.writeString(
            directory.resolve("lvm"),
            """
            #!/bin/sh
            d=%1$s
            echo "$*" >> $d/calls
            if [ -e $d/fails-$1 ]; then echo "  $1 failed" >&2; exit 5; fi
            for last; do :; done
            case $1 in
              lvs)
                case $last in
                  vg) all=$(cat $d/told/* | paste -sd,) ;;
                  *) all=$(cat $d/told/${last##*/}) || exit 5 ;;
                esac
                echo "{\\"report\\":[{\\"lv\\":[$all]}]}" ;;
              lvcreate)
                cp $d/dev/$last $d/dev/vg/$4 || exit 5
                sed "s/\\"${last##*/}\\"/\\"$4\\"/; s/\\"origin\\":\\"\\"/\\"origin\\":\\"${last##*/}\\"/" \\
                  $d/told/${last##*/} > $d/told/$4 ;;
              lvremove)
                rm $d/dev/$last $d/told/${last##*/} ;;
            esac
            """
                .formatted(directory));
    assertThat(lvm.toFile().setExecutable(true)).isTrue();
  }

  private void tell(String name, String kind, String pool, String origin) throws IOException {
    Files.writeString(
        directory.resolve("told").resolve(name),
        VOLUME.formatted(name, kind, pool, origin, "3.10") + "\n");
  }

  private void pool(String percent) throws IOException {
    Files.writeString(
        directory.resolve("told/pool"),
        VOLUME.formatted("pool", "thin-pool", "", "", percent) + "\n");
  }

  private LvmVmSource source(String... volumes) {
    Map<String, Path> disks = new LinkedHashMap<>();
    for (String each : volumes) {
      disks.put("disk" + disks.size(), devices.resolve("vg").resolve(each));
    }
    return new LvmVmSource(
        new LvmOptions(
            disks,
            List.of(),
            new Program(List.of(lvm.toString())),
            devices,
            directory.resolve("journals"),
            _ -> new Unmoved()));
  }

  /** A watchdog of which nothing is wanted. */
  private record Unmoved() implements Watchdog.Watch {
    @Override
    public void arm(Duration limit) {}

    @Override
    public void disarm() {}

    @Override
    public void close() {}
  }

  private List<String> calls(String verb) throws IOException {
    return Files.readAllLines(directory.resolve("calls")).stream()
        .filter(call -> call.startsWith(verb + " "))
        .toList();
  }

  private static List<String> names(Path of) throws IOException {
    if (!Files.isDirectory(of)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private void requireNothingLeft() throws IOException {
    assertThat(names(devices.resolve("vg"))).containsExactly("data", "thick", "web");
    assertThat(names(directory.resolve("journals"))).isEmpty();
  }

  @Test
  void readsEachDiskFromItsSnapshotAndRemovesIt() throws IOException {
    try (Checkpoint checkpoint = source("web", "data").checkpoint()) {
      // What the machine writes now is not of the instant.
      Files.write(devices.resolve("vg/web"), new byte[] {7});
      assertThat(checkpoint.disks()).extracting(FrozenDisk::name).containsExactly("disk0", "disk1");
      ByteBuffer read = ByteBuffer.allocate(4096);
      checkpoint.disks().getFirst().read(0, read);
      assertThat(read.array()).isEqualTo(new byte[4096]);
      assertThat(checkpoint.consistency().achieved()).isEqualTo(ConsistencyLevel.CRASH);
      checkpoint.verify();
      assertThat(names(directory.resolve("journals"))).hasSize(1);
    }
    assertThat(calls("lvcreate"))
        .hasSize(2)
        .allMatch(call ->
            call.matches(
                "lvcreate --snapshot --name dozo-[0-9a-f]{12}-[01] --permission r"
                    + " --setactivationskip n --activate y --yes vg/(web|data)"));
    assertThat(calls("lvremove"))
        .hasSize(2)
        .allMatch(call -> call.matches("lvremove --yes vg/dozo-[0-9a-f]{12}-[01]"));
    requireNothingLeft();
  }

  @Test
  void refusesAVolumeThatIsNotThin() throws IOException {
    assertThatThrownBy(() -> source("web", "thick").checkpoint())
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("vg/thick is not a thin volume but linear");
    assertThat(calls("lvcreate")).isEmpty();
    requireNothingLeft();
  }

  @Test
  void refusesAPoolThatIsNearlyFull() throws IOException {
    pool("97.20");
    assertThatThrownBy(() -> source("web").checkpoint())
        .hasMessageContaining("vg/pool is 97.2 % full");
    assertThat(calls("lvcreate")).isEmpty();
  }

  @Test
  void removesTheFirstSnapshotWhereTheSecondCannotBeMade() throws IOException {
    Files.writeString(
        directory.resolve("told/data"), VOLUME.formatted("data", "thin", "pool", "", "") + "\n");
    Files.delete(devices.resolve("vg/data"));
    assertThatThrownBy(() -> source("web", "data").checkpoint())
        .isInstanceOf(SourceUnreadableException.class);
    assertThat(names(devices.resolve("vg"))).containsExactly("thick", "web");
    assertThat(names(directory.resolve("journals"))).isEmpty();
  }

  @Test
  void sweepsWhatADeadBackupLeftAndNothingElse() throws IOException {
    LvmPlan plan =
        new LvmPlan(
            "0a1b2c3d4e5f",
            new Lvm(new Program(List.of(lvm.toString()))),
            List.of(
                new LvmPlan.Snapshot("vg", "web", "dozo-0a1b2c3d4e5f-0"),
                new LvmPlan.Snapshot("vg", "data", "dozo-0a1b2c3d4e5f-1")));
    Path journals = directory.resolve("journals");
    Journal.create(journals, LvmPlan.KIND, plan.id(), plan.toJson(), Instant.EPOCH).close();
    plan.lvm().snapshot("vg/web", "dozo-0a1b2c3d4e5f-0");
    Journals all = new Journals(journals, List.of(new LvmSweeper()));
    Files.createFile(directory.resolve("fails-lvremove"));
    assertThat(all.sweep().failures()).singleElement().asString().contains("lvremove failed");
    assertThat(names(journals)).hasSize(1);
    Files.delete(directory.resolve("fails-lvremove"));
    assertThat(all.sweep().swept()).hasSize(1);
    requireNothingLeft();
  }

  @Test
  void leavesAVolumeThatIsNoSnapshotOfOurs() throws IOException {
    LvmPlan plan =
        new LvmPlan(
            "0a1b2c3d4e5f",
            new Lvm(new Program(List.of(lvm.toString()))),
            List.of(new LvmPlan.Snapshot("vg", "web", "data")));
    assertThatThrownBy(() -> LvmSweeper.remove(plan)).hasMessageContaining("is left alone");
    assertThat(calls("lvremove")).isEmpty();
    requireNothingLeft();
  }

  @Test
  void saysWhatToInstall() throws IOException {
    Files.delete(lvm);
    assertThatThrownBy(() -> source("web").checkpoint()).hasMessageContaining("install lvm2");
  }
}
