package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.format.manifest.RestorePointId;
import dozo.protocol.Secret;
import dozo.server.mounts.CommittedOverlay;
import dozo.server.mounts.ExportOrder;
import dozo.server.mounts.ExportedDisk;
import dozo.server.mounts.HostOverlay;
import dozo.server.mounts.MountRefusedException;
import dozo.server.mounts.MountRefusedException.Reason;
import dozo.server.mounts.OverlayWork;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code dozo overlay commit} and {@code export} for a server, each as a process whose end is
 * waited for: what it reads and holds is none of the server's memory. Told to stop, it is ended as
 * by Ctrl-C, and leaves nothing.
 *
 * <p>Safe for use by several threads.
 */
final class ServerOverlayCommand {

  /** Each is a JVM as large as a mount's. */
  private static final int MOST_AT_ONCE = 4;

  private static final int POLL_MILLIS = 200;

  private final ServerMountPlan plan;
  private final MountRegistry registry;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);

  ServerOverlayCommand(ServerMountPlan plan, MountRegistry registry) {
    this.plan = plan;
    this.registry = registry;
  }

  Optional<CommittedOverlay> commit(
      HostOverlay overlay, Secret backup, Secret restore, boolean discard, OverlayWork work)
      throws IOException, InterruptedException {
    List<String> words = words("commit");
    if (discard) {
      words.add("--discard");
    }
    words.addAll(List.of("--", overlay.name()));
    ProcessBuilder builder = process(words);
    builder.environment().put("DOZO_TOKEN", backup.reveal());
    builder.environment().put("DOZO_RESTORE_TOKEN", restore.reveal());
    return run(builder, work)
        .map(told ->
            new CommittedOverlay(
                RestorePointId.parse(said(told, "restorePoint")),
                number(told, "newBytes"),
                number(told, "storedBytes")));
  }

  Optional<ExportedDisk> export(HostOverlay overlay, ExportOrder order, OverlayWork work)
      throws IOException, InterruptedException {
    List<String> words = words("export");
    if (order.last()) {
      words.add("--switch");
    }
    words.addAll(List.of("--", overlay.name(), order.disk()));
    if (order.file().isPresent()) {
      words.add(plan.makeExports().resolve(order.file().get()).toString());
    }
    return run(process(words), work)
        .map(told ->
            new ExportedDisk(
                Path.of(said(told, "file")),
                number(told, "copiedBytes"),
                "following".equals(told.get("type"))));
  }

  private List<String> words(String verb) throws MountRefusedException {
    Path socket =
        plan.socket()
            .orElseThrow(() ->
                new MountRefusedException(
                    Reason.CONFLICT,
                    "The server has no Unix socket, through which overlays are read and saved:"
                        + " start it with --unix-socket FILE, of at most 107 characters"));
    return new ArrayList<>(
        List.of(
            "overlay",
            verb,
            "--json",
            "--overlays",
            plan.overlays().toString(),
            "--server",
            "unix:" + socket));
  }

  private ProcessBuilder process(List<String> words) {
    return ServerMountCommand.process(words, registry);
  }

  /** What the process told last; empty if it was ended before it was done. */
  private Optional<Map<String, String>> run(ProcessBuilder builder, OverlayWork work)
      throws IOException, InterruptedException {
    if (!places.tryAcquire()) {
      throw new MountRefusedException(
          Reason.BUSY,
          "The server works on " + MOST_AT_ONCE + " overlays already; try again when one is done");
    }
    Path complaints = Files.createTempFile(registry.directory(), "overlay-", ".log");
    try {
      Process process = builder.redirectError(complaints.toFile()).start();
      try {
        return follow(process, complaints, work);
      } finally {
        process.destroy();
      }
    } finally {
      Files.delete(complaints);
      places.release();
    }
  }

  private static Optional<Map<String, String>> follow(
      Process process, Path complaints, OverlayWork work) throws IOException, InterruptedException {
    process.getOutputStream().close();
    Thread watch = Thread.ofVirtual().start(() -> endWhenStopped(process, work));
    Optional<Map<String, String>> last = Optional.empty();
    try (BufferedReader events = process.inputReader(UTF_8)) {
      String line;
      while ((line = events.readLine()) != null) {
        Map<String, String> told = Events.members(line);
        switch (told.getOrDefault("type", "")) {
          case "progress" ->
              work.progress("copy", number(told, "doneBytes"), number(told, "totalBytes"));
          case "committing" -> work.progress("commit", 0, 0);
          case "result", "exported", "following" -> last = Optional.of(told);
          default -> {}
        }
      }
    }
    int code = process.waitFor();
    watch.join();
    if (code != 0 && !work.isStopped()) {
      throw ServerMountCommand.refused(
          new MountProcess.Failed(ExitCode.of(code), Files.readAllLines(complaints, UTF_8)));
    }
    return last;
  }

  private static void endWhenStopped(Process process, OverlayWork work) {
    try {
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        if (work.isStopped()) {
          // Process.destroy would also close the stream that is being read.
          process.toHandle().destroy();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String said(Map<String, String> told, String name) {
    return Objects.requireNonNull(told.get(name), () -> "Nothing was said of " + name);
  }

  private static long number(Map<String, String> told, String name) {
    return Long.parseLong(told.getOrDefault(name, "0"));
  }
}
