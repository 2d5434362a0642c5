package dozo.cli;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dozo.cli.console.Output;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuickstartTest {

  @TempDir private Path directory;

  /** Whose output ends before it has said that it listens. */
  @Test
  void isInterruptedWhileItsServerStarts() throws Exception {
    Files.createDirectories(directory.resolve("data/repository"));
    Files.createFile(directory.resolve("token"));
    try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream())) {
      Quickstart quickstart = new Quickstart(directory, new Output(nowhere, nowhere, false, true));
      quickstart.close();
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> quickstart.run(null, false));
    }
  }
}
