package dozo.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A process, told from a later one that got its number: by the tick of the kernel's clock at which
 * it started, and by the boot that this clock began with (proc_pid_stat(5)). The time of day would
 * not do. It is the tick plus the time of the boot, and the kernel computes that anew for each who
 * asks, from a clock that is corrected meanwhile.
 *
 * @param number its number
 * @param start when it started; ticks, or milliseconds where there is no {@code /proc}
 * @param boot the boot's id; empty where there is no {@code /proc}
 */
record ProcessIdentity(long number, long start, String boot) {
  private static final Path PROCESSES = Path.of("/proc");
  private static final Path BOOT = PROCESSES.resolve("sys/kernel/random/boot_id");

  /** Where the fields are after the program's name, which may hold anything. */
  private static final int STATE = 0;

  private static final int START = 19;

  /** This process. */
  static ProcessIdentity current() throws IOException {
    return of(ProcessHandle.current().pid())
        .orElseThrow(() -> new IOException("The system does not list this process"));
  }

  /** The process that has a number now; empty if none has, or if it has ended in all but name. */
  static Optional<ProcessIdentity> of(long number) throws IOException {
    if (!Files.isReadable(BOOT)) {
      return ProcessHandle.of(number)
          .map(each -> each.info().startInstant().orElse(Instant.EPOCH).toEpochMilli())
          .map(start -> new ProcessIdentity(number, start, ""));
    }
    String line;
    try {
      // Decoded leniently: the program's name need not be UTF-8.
      line =
          new String(
              Files.readAllBytes(PROCESSES.resolve(number + "/stat")), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return Optional.empty(); // It is not there, or has gone while it was read.
    }
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    return "ZX".contains(fields[STATE])
        ? Optional.empty()
        : Optional.of(
            new ProcessIdentity(
                number, Long.parseLong(fields[START]), Files.readString(BOOT).strip()));
  }

  /** Whether it is still there. */
  boolean isAlive() throws IOException {
    return of(number).filter(this::equals).isPresent();
  }

  /** Waits until it has ended; returns whether it has. */
  boolean awaitEnd(long seconds) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + seconds * 1_000_000_000L;
    while (isAlive() && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
    return !isAlive();
  }

  /** Tells it to end, if it is still there, as Ctrl-C would. */
  void end() throws IOException {
    if (isAlive()) {
      ProcessHandle.of(number).ifPresent(ProcessHandle::destroy);
    }
  }

  /** Kills it, if it is still there, without asking it. */
  void kill() throws IOException {
    if (isAlive()) {
      ProcessHandle.of(number).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** A name for it that no other process of this host has had. */
  String id() {
    return number + "-" + start;
  }
}
