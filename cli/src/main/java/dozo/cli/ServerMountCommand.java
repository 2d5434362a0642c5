package dozo.cli;

import dozo.server.mounts.MountForm;
import dozo.server.mounts.MountOrder;
import dozo.server.mounts.MountRefusedException;
import dozo.server.mounts.MountRefusedException.Reason;
import dozo.server.mounts.NbdOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * The command lines of mounts and exports that a server begins, and what its failure means to who
 * asked.
 */
final class ServerMountCommand {

  /** How long one may take to come up, a JVM's start beside much other work included. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  /** The heap and the compiler of a mount, whatever the server's are: as in the launcher. */
  private static final List<String> JVM_OPTIONS = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1");

  private static final int LONGEST_COMPLAINT = 2_000;

  private ServerMountCommand() {}

  /** Prepares to run it. */
  static ProcessBuilder of(
      ServerMountPlan plan, MountRegistry registry, MountOrder order, Path place, Path socket) {
    List<String> words = new ArrayList<>(List.of("mount"));
    words.add(order.point().map(point -> point.id().toString()).orElse("--all"));
    words.addAll(List.of(place.toString(), "--server", "unix:" + socket, "--json"));
    words.add("--boot-traces=" + plan.bootTraces());
    words.add("--begun-by=" + plan.repository() + ":" + order.token());
    if (plan.allowOther()) {
      words.add("--allow-other");
    }
    order.rights().owner().ifPresent(owner -> words.add("--owner=" + owner));
    order.rights().mode().ifPresent(mode -> words.add("--mode=" + mode));
    words.addAll(
        switch (order.form()) {
          case MountForm.Reading reading -> words(reading);
          case MountForm.Writing writing -> words(writing, plan);
        });
    return process(words, registry);
  }

  /**
   * Prepares to serve by NBD.
   *
   * @param file the Unix socket to serve on
   * @param socket the server's, to read through
   */
  static ProcessBuilder of(
      ServerMountPlan plan, MountRegistry registry, NbdOrder order, Path file, Path socket) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "nbd",
                order.point().id().toString(),
                "--socket=" + file,
                "--server",
                "unix:" + socket,
                "--json",
                "--boot-traces=" + plan.bootTraces(),
                "--begun-by=" + plan.repository() + ":" + order.token()));
    if (order.writing().isPresent()) {
      words.addAll(List.of("--writable", "--overlays", plan.overlays().toString()));
      order.writing().get().overlay().ifPresent(name -> words.add("--overlay=" + name));
      order.writing().get().limit().ifPresent(limit -> words.add("--overlay-limit=" + limit));
    }
    return process(words, registry);
  }

  /**
   * Prepares to run a command of ours for the server, in a session of its own. Of the server's
   * environment it gets nothing that could hold a secret.
   */
  static ProcessBuilder process(List<String> words, MountRegistry registry) {
    ProcessBuilder builder = OwnProcess.detached(words, JVM_OPTIONS);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("DOZO_"));
    environment.put(MountRegistry.VARIABLE, registry.directory().toString());
    return builder;
  }

  private static List<String> words(MountForm.Reading reading) {
    List<String> words = new ArrayList<>();
    if (!reading.faces().isEmpty()) {
      words.add("--face=" + String.join(",", reading.faces()));
    }
    addForm(words, reading.blockSize(), reading.newIdentity());
    return words;
  }

  private static List<String> words(MountForm.Writing writing, ServerMountPlan plan) {
    List<String> words =
        new ArrayList<>(List.of("--writable", "--overlays", plan.overlays().toString()));
    writing.overlay().ifPresent(name -> words.add("--overlay=" + name));
    writing.limit().ifPresent(limit -> words.add("--overlay-limit=" + limit));
    writing.face().ifPresent(face -> words.add("--face=" + face));
    addForm(words, writing.blockSize(), writing.newIdentity());
    return words;
  }

  private static void addForm(List<String> words, Optional<String> blockSize, boolean newIdentity) {
    blockSize.ifPresent(size -> words.add("--block-size=" + size));
    if (newIdentity) {
      words.add("--new-identity");
    }
  }

  /** What a process that failed had to say: its errors, or all if it died before it had any. */
  static MountRefusedException refused(MountProcess.Failed failed) {
    List<String> errors =
        failed.complaints().stream()
            .map(ServerMountCommand::error)
            .flatMap(Optional::stream)
            .toList();
    String said = String.join(" ", errors.isEmpty() ? failed.complaints() : errors);
    String message = said.isBlank() ? "The process ended without a word" : said;
    return refused(
        new Failure(
            failed.code(), message.substring(0, Math.min(LONGEST_COMPLAINT, message.length()))));
  }

  private static Optional<String> error(String line) {
    try {
      return Optional.ofNullable(Events.members(line).get("message"));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** What a failure of ours means to who asked. */
  static MountRefusedException refused(Failure failure) {
    Reason reason =
        switch (failure.code()) {
          case USAGE -> Reason.INVALID;
          case NOT_FOUND -> Reason.NOT_FOUND;
          case LOCKED, NO_MOUNT -> Reason.CONFLICT;
          case UNREACHABLE, REFUSED -> Reason.BUSY;
          case NO_SPACE -> Reason.NO_SPACE;
          default -> Reason.FAILED;
        };
    return new MountRefusedException(reason, failure.message());
  }
}
