package dozo.server.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.manifest.RestorePointId;
import dozo.repository.sweep.SweepRequest;
import dozo.server.mounts.ExportOrder;
import dozo.server.mounts.HostMounts;
import dozo.server.mounts.HostOverlay;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class OverlayTaskTest {

  private static final HostOverlay ONE = overlay(1);
  private static final HostOverlay OTHER = overlay(2);

  private static HostOverlay overlay(int number) {
    return new HostOverlay(
        new UUID(0, number),
        "overlay" + number,
        RestorePointId.parse("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"),
        "web",
        Instant.EPOCH,
        false,
        0,
        List.of("disk0.vhdx", "data.raw"));
  }

  private static OverlayTask export(HostOverlay overlay, String disk) {
    return new ExportTask(
        HostMounts.NONE, overlay, new ExportOrder(disk, Optional.of("copy"), false));
  }

  @Test
  void runsBesideEverythingButOtherWorkOnTheSameOverlay() {
    UpkeepTask sweep = new SweepTask(SweepRequest.standard(), false);
    UpkeepTask verify = new VerifyTask(Duration.ZERO, 0);
    OverlayTask task = export(ONE, "disk0");

    assertThat(task.waitsFor(export(ONE, "data"))).isTrue();
    for (UpkeepTask running : List.of(export(OTHER, "disk0"), sweep, verify)) {
      assertThat(task.waitsFor(running)).isFalse();
    }
    assertThat(sweep.waitsFor(task)).isFalse();
    assertThat(verify.waitsFor(task)).isFalse();
    assertThat(verify.waitsFor(verify)).isTrue();
    assertThat(sweep.waitsFor(sweep)).isTrue();
    assertThat(sweep.waitsFor(verify)).isFalse();
  }

  @Test
  void knowsTheDisksOfAnOverlay() {
    assertThat(export(ONE, "data").overlay()).isEqualTo(ONE);
    assertThatThrownBy(() -> export(ONE, "disk1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("disk1");
  }
}
