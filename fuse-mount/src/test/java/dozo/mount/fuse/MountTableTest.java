package dozo.mount.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MountTableTest {
  @Test
  void understandsEscapesAndOptionalFields() {
    assertThat(
            MountTable.parse(
                "36 35 0:52 / /mnt/a\\040b\\134c rw,nosuid shared:1 master:2 - fuse.dozo vm\\0401 ro"))
        .contains(new MountTable.Entry("0:52", Path.of("/mnt/a b\\c"), "fuse.dozo", "vm 1"));
    assertThat(MountTable.parse("22 28 0:20 / /sys rw - sysfs sysfs rw"))
        .hasValueSatisfying(entry -> assertThat(entry.isFuse()).isFalse());
  }

  @Test
  void skipsLinesOfAnotherShape() {
    assertThat(MountTable.parse("")).isEmpty();
    assertThat(MountTable.parse("1 2 3 - ext4 /dev/vda")).isEmpty();
    assertThat(MountTable.parse("22 28 0:20 / /sys rw - sysfs")).isEmpty();
  }

  @Test
  void findsTheUppermostMountOfAPlace() {
    Path place = Path.of("/mnt");
    var below = new MountTable.Entry("0:1", place, "ext4", "/dev/vda");
    var above = new MountTable.Entry("0:2", place, "fuse.dozo", "vm");
    MountTable table = new MountTable(List.of(below, above));
    assertThat(table.at(place)).contains(above);
    assertThat(table.at(Path.of("/mnt/deeper"))).isEmpty();
  }
}
