package dozo.mount.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.manifest.RestorePoint;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VmdkDescriptorTest {
  private static String descriptor(SparseSource source, Optional<UUID> identity, String extent) {
    RestorePoint point = source.point(512);
    return VmdkDescriptor.of(point, point.disks().getFirst(), identity, extent);
  }

  private static String line(String text, String start) {
    return text.lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
  }

  @Test
  void namesTheExtentAndItsSectors() {
    String text = descriptor(new SparseSource(1, 5 << 20), Optional.empty(), "disk 0 100% 語.raw");
    assertThat(text)
        .startsWith("# Disk DescriptorFile\nversion=1\nencoding=\"UTF-8\"\n")
        .contains("\nparentCID=ffffffff\n", "\ncreateType=\"monolithicFlat\"\n")
        .contains("\nRW 10240 FLAT \"disk 0 100% 語.raw\" 0\n")
        .contains("\nddb.adapterType = \"lsilogic\"\n");
    for (String name : new String[] {"a\"b", "a\nb"}) {
      assertThatThrownBy(() -> descriptor(new SparseSource(1, 512), Optional.empty(), name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("quotes");
    }
  }

  /** Cylinders, heads and sectors. */
  @ParameterizedTest
  @CsvSource({"1073741312, 1023, 64, 32", "1073741824, 512, 128, 32", "2147483648, 261, 255, 63"})
  void hasTheGeometryOfVmwaresAdapters(long size, int cylinders, int heads, int sectors) {
    String text = descriptor(new SparseSource(1, size), Optional.empty(), "x");
    assertThat(text)
        .contains("RW " + size / 512 + " FLAT")
        .contains("ddb.geometry.cylinders = \"" + cylinders + "\"")
        .contains("ddb.geometry.heads = \"" + heads + "\"")
        .contains("ddb.geometry.sectors = \"" + sectors + "\"");
  }

  @Test
  void contentIdFollowsFromTheRestorePoint() {
    SparseSource source = new SparseSource(1, 5 << 20);
    String text = descriptor(source, Optional.empty(), "x");
    String contentId = line(text, "CID=").substring(4);
    assertThat(contentId).matches("[0-9a-f]{8}").isNotEqualTo("ffffffff");
    assertThat(line(text, "ddb.longContentID")).matches(".*\"[0-9a-f]{24}" + contentId + "\"");
    assertThat(descriptor(source, Optional.empty(), "x")).isEqualTo(text);
    assertThat(line(descriptor(source, Optional.of(new UUID(1, 1)), "x"), "CID="))
        .isNotEqualTo("CID=" + contentId);
    assertThat(line(descriptor(new SparseSource(2, 5 << 20), Optional.empty(), "x"), "CID="))
        .isNotEqualTo("CID=" + contentId);
  }
}
