package dozo.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that serves a mount and outlives whoever began it. It has a session of its own, so that
 * no terminal's end reaches it, and says on standard output when the files are there.
 */
final class MountProcess {

  /** The type of the event by which the process says that the files are there. */
  static final String READY = "mounted";

  private final Process process;
  private final ProcessIdentity identity;
  private final Path log;

  private MountProcess(Process process, ProcessIdentity identity, Path log) {
    this.process = process;
    this.identity = identity;
    this.log = log;
  }

  /** How one came up, or that it did not. */
  sealed interface Outcome {}

  /**
   * The files are there.
   *
   * @param event what the process said
   */
  record Ready(Map<String, String> event) implements Outcome {}

  /**
   * The process has ended.
   *
   * @param complaints what it said on standard error
   */
  record Failed(ExitCode code, List<String> complaints) implements Outcome {}

  /** It has said nothing in time, and is still there. */
  record Late() implements Outcome {}

  /**
   * Starts one.
   *
   * @param builder runs {@code dozo mount --json}
   * @param secret what a person typed for it
   */
  static MountProcess start(
      ProcessBuilder builder, MountRegistry registry, Optional<TypedSecret> secret)
      throws IOException {
    Path unnamed = Files.createTempFile(registry.directory(), "starting-", ".log");
    Process process;
    try {
      process = builder.redirectError(unnamed.toFile()).start();
    } catch (IOException e) {
      Files.delete(unnamed);
      throw e;
    }
    try (OutputStream in = process.getOutputStream()) {
      if (secret.isPresent()) {
        secret.get().writeTo(in);
      }
    }
    Optional<ProcessIdentity> identity = ProcessIdentity.of(process.pid());
    if (identity.isEmpty()) {
      // It has ended already, and will be heard of by its exit code.
      return new MountProcess(process, new ProcessIdentity(process.pid(), 0, ""), unnamed);
    }
    Path log = registry.logOf(identity.get());
    Files.move(unnamed, log, StandardCopyOption.ATOMIC_MOVE);
    return new MountProcess(process, identity.get(), log);
  }

  /** The process. */
  ProcessIdentity identity() {
    return identity;
  }

  /** Where it complains. */
  Path log() {
    return log;
  }

  /** Waits until the files are there, or it has failed. */
  Outcome await(Duration patience) throws IOException, InterruptedException {
    BufferedReader events = process.inputReader(StandardCharsets.UTF_8);
    CompletableFuture<Optional<String>> first = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            first.complete(Optional.ofNullable(events.readLine()));
          } catch (IOException e) {
            first.completeExceptionally(e);
          }
        });
    Optional<String> event;
    try {
      event = first.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new Late();
    } catch (ExecutionException e) {
      throw new IOException("Cannot hear process " + identity.number(), e.getCause());
    }
    if (event.isPresent()) {
      // It says no more; its end of the pipe may stay open for days.
      events.close();
      return new Ready(Events.members(event.get()));
    }
    int code = process.waitFor();
    List<String> complaints = complaints();
    Files.deleteIfExists(log);
    return new Failed(code == 0 ? ExitCode.FAILURE : ExitCode.of(code), complaints);
  }

  private List<String> complaints() throws IOException {
    try {
      return Files.readAllLines(log, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of(); // Whoever cleared it away was told.
    }
  }

  /** Tells one to end as Ctrl-C would: what it has mounted it takes away first. */
  void end() {
    process.destroy();
  }

  /** Ends one that is late, and waits for that. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** The mount point that a process told of. */
  static String mountPoint(Ready ready) {
    return Objects.requireNonNull(ready.event().get("mountPoint"));
  }

  /** A command line without the words that would have it run in the background again. */
  static List<String> inForeground(List<String> arguments) {
    List<String> child = new ArrayList<>(arguments);
    child.removeIf(List.of("-b", "--background")::contains);
    child.add("--json");
    return child;
  }
}
