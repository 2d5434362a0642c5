package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecordingTest {

  @Test
  void isTheServersForTheServerAndOneForAllOthers() {
    assertThat(Recording.ofCommand("-XX:AOTCache=/t/dozo.aot", "server"))
        .isEqualTo("-XX:AOTCache=/t/dozo-server.aot");
    assertThat(Recording.ofCommand("-XX:AOTCache=/t/dozo-server.aot", "server"))
        .isEqualTo("-XX:AOTCache=/t/dozo-server.aot");
    assertThat(Recording.ofCommand("-XX:AOTCache=/t/dozo-server.aot", "mount"))
        .isEqualTo("-XX:AOTCache=/t/dozo.aot");
    assertThat(Recording.ofCommand("-XX:AOTCacheOutput=/t/dozo.aot.new", "server"))
        .isEqualTo("-XX:AOTCacheOutput=/t/dozo-server.aot.new");
  }

  @Test
  void leavesOtherOptionsAlone() {
    assertThat(Recording.ofCommand("-Dx=/t/dozo.aot", "server")).isEqualTo("-Dx=/t/dozo.aot");
    assertThat(Recording.isMade("-XX:AOTCache=/t/dozo.aot")).isFalse();
    assertThat(Recording.isMade("-XX:AOTCacheOutput=/t/dozo.aot")).isTrue();
  }
}
