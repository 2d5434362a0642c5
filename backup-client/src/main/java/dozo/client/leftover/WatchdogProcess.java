package dozo.client.leftover;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/** A watchdog that is a process of its own; {@link WatchdogDuty} is what runs in it. */
public final class WatchdogProcess implements Watchdog {

  private final Function<Path, ProcessBuilder> command;

  /** Takes what makes the command for a journal; it must run {@link WatchdogDuty}. */
  public WatchdogProcess(Function<Path, ProcessBuilder> command) {
    this.command = command;
  }

  @Override
  public Watch begin(Path journal) throws IOException {
    ProcessBuilder builder = command.apply(journal);
    // Whoever reads what this process says must not wait for the watchdog to end as well.
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    String said = process.inputReader(US_ASCII).readLine();
    if (!WatchdogDuty.READY.equals(said)) {
      process.destroyForcibly();
      throw new IOException(
          "The watchdog does not start, and without it no guest is frozen. What to do: run '"
              + String.join(" ", builder.command())
              + "' to see why.");
    }
    return new Running(process.getOutputStream());
  }

  /** One that runs; what is written to it is what it is to know. */
  private record Running(OutputStream orders) implements Watch {

    @Override
    public void arm(Duration limit) throws IOException {
      say("arm " + limit.toMillis());
    }

    @Override
    public void disarm() throws IOException {
      say("disarm");
    }

    private void say(String order) throws IOException {
      orders.write((order + "\n").getBytes(US_ASCII));
      orders.flush();
    }

    /** It ends by itself when there is nobody any more who could give orders. */
    @Override
    public void close() throws IOException {
      orders.close();
    }
  }
}
