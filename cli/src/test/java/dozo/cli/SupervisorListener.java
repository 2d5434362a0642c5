package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.cli.quickstart.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hears what a service tells its manager: a few lines of the Perl that every Debian has. */
final class SupervisorListener implements AutoCloseable {

  private static final String SCRIPT =
      "$| = 1; socket(S, PF_UNIX, SOCK_DGRAM, 0) or die; bind(S, sockaddr_un($ARGV[0])) or die;"
          + " print \"bound\\n\"; while (defined recv(S, $m, 4096, 0)) { $m =~ s/\\n/|/g; print"
          + " \"$m\\n\" }";

  private final Process process;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private SupervisorListener(Process process, BufferedReader lines) {
    this.process = process;
    Thread.ofPlatform().daemon().start(() -> lines.lines().forEach(heard::add));
  }

  /**
   * Begins to listen.
   *
   * @param socket a path of the file system that is not there yet
   */
  static SupervisorListener open(Path socket) throws IOException {
    Process process =
        new ProcessBuilder(
                Tool.require("perl", "perl-base").path().toString(),
                "-MSocket",
                "-e",
                SCRIPT,
                socket.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader lines = process.inputReader(UTF_8);
    if (!"bound".equals(lines.readLine())) {
      process.destroyForcibly();
      throw new IOException("Nothing listens on " + socket);
    }
    return new SupervisorListener(process, lines);
  }

  /** The messages so far, with a bar between their lines. */
  List<String> heard() {
    return heard;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
