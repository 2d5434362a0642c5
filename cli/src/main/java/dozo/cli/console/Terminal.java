package dozo.cli.console;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What is at the other end of the standard streams. */
public enum Terminal {
  /** Standard input. */
  IN(0),
  /** Standard output. */
  OUT(1),
  /** Standard error. */
  ERR(2);

  private static final int USUAL_WIDTH = 80;
  private static final int MINIMUM_WIDTH = 40;
  private static final File TERMINAL = new File("/dev/tty");

  private final int descriptor;

  Terminal(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Whether a person is at the other end of this stream. */
  public boolean isInteractive() {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    if (Files.isSymbolicLink(link)) {
      try {
        String target = Files.readSymbolicLink(link).toString();
        return target.startsWith("/dev/pts/")
            || target.startsWith("/dev/tty")
            || target.equals("/dev/console");
      } catch (IOException e) {
        return false;
      }
    }
    return Objects.requireNonNull(System.console()).isTerminal();
  }

  /**
   * How many characters a line has, 80 if nobody can say.
   *
   * <p>Asked of {@code stty}, because a terminal library would take over the signals that end a
   * command.
   */
  public static int width() {
    if (!TERMINAL.exists()) {
      return USUAL_WIDTH;
    }
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(TERMINAL)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      stty.waitFor(1, TimeUnit.SECONDS);
      String[] words = answer.strip().split(" ", -1);
      int width = words.length == 2 ? Integer.parseInt(words[1]) : 0;
      return width >= MINIMUM_WIDTH ? width : USUAL_WIDTH;
    } catch (IOException | NumberFormatException e) {
      return USUAL_WIDTH;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return USUAL_WIDTH;
    }
  }
}
