package dozo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 0.98 KiB",
    "1024, 1.00 KiB",
    "1048575, 1.00 MiB",
    "15728640, 15.0 MiB",
    "1073741824000, 0.98 TiB",
    "9223372036854775807, 8.00 EiB"
  })
  void givesBytesInThreeDigits(long bytes, String text) {
    assertThat(Quantity.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void givesTimesAsPeopleSayThem() {
    assertThat(Quantity.time(Duration.ofMillis(440))).isEqualTo("0.4 s");
    assertThat(Quantity.time(Duration.ofSeconds(59))).isEqualTo("59 s");
    assertThat(Quantity.time(Duration.ofSeconds(200))).isEqualTo("3 min 20 s");
    assertThat(Quantity.time(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
  }

  @Test
  void countsWithTheNounInItsNumber() {
    assertThat(Quantity.count(1, "disk")).isEqualTo("1 disk");
    assertThat(Quantity.count(12_000, "disk")).isEqualTo("12,000 disks");
  }
}
