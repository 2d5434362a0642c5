package dozo.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class VmIdsTest {

  @Test
  void givesTheSameNamesTheSameIdForEver() {
    assertThat(VmIds.ofName("default", "web"))
        .isEqualTo(UUID.fromString("9b712bc5-b5b9-524e-96f2-134a9bec1189"));
  }

  @Test
  void isAUuidOfVersionFive() {
    UUID id = VmIds.ofName("default", "web");
    assertThat(id.version()).isEqualTo(5);
    assertThat(id.variant()).isEqualTo(2);
  }

  @Test
  void keepsNamespacesAndDisksApart() {
    UUID web = VmIds.ofName("default", "web");
    assertThat(VmIds.ofName("other", "web")).isNotEqualTo(web);
    assertThat(VmIds.ofDisk(web, "disk0")).isNotEqualTo(VmIds.ofDisk(web, "disk1"));
  }
}
