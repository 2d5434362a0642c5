package dozo.format.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.chunk.Algorithm;
import dozo.format.chunk.ChunkerParameters;
import java.time.Instant;
import java.util.UUID;
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
}
