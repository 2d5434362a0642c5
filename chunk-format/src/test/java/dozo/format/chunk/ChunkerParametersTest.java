package dozo.format.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkerParametersTest {

  @Test
  void haveOneTextForm() {
    assertThat(ChunkerParameters.standard())
        .hasToString("fastcdc2020,average=16384,minimum=4096,maximum=65536,level=2,hole=65536");
    assertThat(ChunkerParameters.parse("fastcdc2020")).isEqualTo(ChunkerParameters.standard());
    assertThat(ChunkerParameters.parse("blockaligned,average=65536,level=1"))
        .hasToString("blockaligned,average=65536,minimum=16384,maximum=262144,level=1,hole=65536");
    assertThat(ChunkerParameters.parse("fixed"))
        .hasToString("fixed,average=65536,minimum=65536,maximum=65536,level=0,hole=65536");
  }

  @ParameterizedTest
  @EnumSource
  void readBackWhatTheyWriteForEveryAverage(Algorithm algorithm) {
    for (int average = 4 << 10; average <= 1 << 20; average *= 2) {
      ChunkerParameters parameters = ChunkerParameters.of(algorithm, average);
      assertThat(ChunkerParameters.parse(parameters.toString())).isEqualTo(parameters);
      assertThat(parameters.chunker().maximumBytes()).isEqualTo(parameters.maximumBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rabin",
        "FASTCDC2020",
        "fastcdc2020,",
        "fastcdc2020,16384",
        "fastcdc2020,average=",
        "fastcdc2020,average=16k",
        "fastcdc2020,average=16384,average=16384",
        "fastcdc2020,mean=16384",
        "fastcdc2020=1",
        "fastcdc2020,average=10000",
        "fastcdc2020,average=2048",
        "fastcdc2020,average=2097152",
        "fastcdc2020,minimum=1023",
        "fastcdc2020,minimum=0",
        "fastcdc2020,minimum=-1024",
        "fastcdc2020,minimum=32768",
        "fastcdc2020,maximum=8192",
        "fastcdc2020,maximum=65535",
        "fastcdc2020,average=1048576,maximum=8388608",
        "fastcdc2020,level=4",
        "fastcdc2020,level=-1",
        "fastcdc2020,hole=0",
        "fastcdc2020,hole=6000",
        "fastcdc2020,hole=33554432",
        "blockaligned,minimum=1024",
        "fixed,minimum=4096",
        "fixed,level=1",
        "fastcdc2020,average=99999999999"
      })
  void rejectWhatIsOutOfBounds(String text) {
    assertThatThrownBy(() -> ChunkerParameters.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The ");
  }
}
