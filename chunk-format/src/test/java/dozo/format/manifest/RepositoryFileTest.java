package dozo.format.manifest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.chunk.Algorithm;
import dozo.format.chunk.ChunkerParameters;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RepositoryFileTest {

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void bringsBackIdentityAndParameters(Algorithm algorithm) throws Exception {
    RepositoryFile file =
        new RepositoryFile(
            new RepositoryIdentity(new UUID(1, 2), Instant.parse("2026-11-21T12:00:00Z")),
            new RepositoryParameters(ChunkerParameters.of(algorithm, 1 << 16), 1, 1 << 20));
    assertThat(RepositoryFile.decode(file.encode())).isEqualTo(file);
  }

  @Test
  void bringsBackParityAndLeavesItOutWhereThereIsNone() throws Exception {
    RepositoryIdentity identity = new RepositoryIdentity(new UUID(1, 2), Instant.EPOCH);
    RepositoryParameters none = RepositoryParameters.standard();
    RepositoryParameters some =
        new RepositoryParameters(none.chunker(), none.segmentBytes(), none.packBytes(), 5);
    RepositoryFile file = new RepositoryFile(identity, some);
    assertThat(RepositoryFile.decode(file.encode())).isEqualTo(file);
    assertThat(new String(file.encode(), ISO_8859_1)).contains("\"parityPercent\":5");
    assertThat(new String(new RepositoryFile(identity, none).encode(), ISO_8859_1))
        .doesNotContain("parity");
    assertThatThrownBy(() ->
            new RepositoryParameters(none.chunker(), none.segmentBytes(), none.packBytes(), 26))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 25 percent, not 26");
  }
}
