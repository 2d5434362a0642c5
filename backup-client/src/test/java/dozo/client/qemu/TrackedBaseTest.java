package dozo.client.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.manifest.RestorePointId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackedBaseTest {
  private static final BitmapNames NAMES = new BitmapNames("main");
  private static final RestorePointId OLD =
      RestorePointId.parse("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
  private static final RestorePointId NEW =
      RestorePointId.parse("0193b1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");

  private static Drive.Bitmap sound(String name) {
    return new Drive.Bitmap(name, false, false, true);
  }

  private static TrackedBase of(Drive.Bitmap... bitmaps) {
    return TrackedBase.of(
        new Drive("vda", "/machine/peripheral/vda", "disk0", "qcow2", 1 << 20, List.of(bitmaps)),
        NAMES);
  }

  @Test
  void isTheLatestRestorePointThatHasABitmap() {
    assertThat(of(sound(NAMES.base(NEW)), sound(NAMES.base(OLD))).point()).contains(NEW);
  }

  @Test
  void isNotABitmapThatSaysNothingAnyMore() {
    TrackedBase lost = of(new Drive.Bitmap(NAMES.base(NEW), true, false, false));
    assertThat(lost.point()).isEmpty();
    assertThat(lost.reason()).contains("was not saved when qemu ended");
    assertThat(of(new Drive.Bitmap(NAMES.base(NEW), false, true, true)).reason())
        .contains("in use");
    assertThat(of(new Drive.Bitmap(NAMES.base(NEW), false, false, false)).reason())
        .contains("switched off");
  }

  @Test
  void isNeitherSomebodyElsesBitmapNorOneWithoutARestorePoint() {
    TrackedBase none =
        of(
            sound("bitmap0"),
            sound(NAMES.pending("0123456789ab")),
            sound(NAMES.frozen("0123456789ab")),
            sound(new BitmapNames("other").base(NEW)),
            sound("dozo.main." + NEW + "x"));
    assertThat(none.point()).isEmpty();
    assertThat(none.reason()).contains("no bitmap of an earlier backup");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "a b", "ü", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
  void refusesAChainWhoseNamesCouldBeMistaken(String chain) {
    assertThatThrownBy(() -> new BitmapNames(chain)).isInstanceOf(IllegalArgumentException.class);
  }
}
