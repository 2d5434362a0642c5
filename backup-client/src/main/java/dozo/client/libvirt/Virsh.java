package dozo.client.libvirt;

import dozo.client.program.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.w3c.dom.Element;

/**
 * What is asked of libvirt, a process a question. A machine is named by its UUID, which no other
 * has and which is no option of a command.
 *
 * <p>Safe for use by several threads.
 *
 * @param program runs {@code virsh}
 * @param connection libvirt's URI
 */
record Virsh(Program program, String connection) {

  /** What a question to libvirt itself may take; it waits for up to 30 s for a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final Pattern COUNT = Pattern.compile("(?:Froze|Thawed) (\\d+) filesystem");
  private static final Pattern CAPACITY = Pattern.compile("(?m)^Capacity:\\s+(\\d+)\\s*$");
  private static final Pattern STATE = Pattern.compile("([a-z ]+?)(?: \\(([^)]*)\\))?");
  private static final int MAXIMUM_SAID = 2_000;

  private String run(Duration limit, String verb, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("-c", connection, verb));
    words.addAll(List.of(arguments));
    Program.Answer answer = program.run(limit, words);
    if (answer.code() != 0) {
      String said = String.join(" ", answer.err().lines().map(Virsh::plain).toList()).strip();
      throw new VirshException(
          verb,
          said.isEmpty()
              ? "ended with code " + answer.code()
              : said.substring(0, Math.min(said.length(), MAXIMUM_SAID)));
    }
    return answer.out();
  }

  private static String plain(String line) {
    String prefix = "error: ";
    return line.startsWith(prefix) ? line.substring(prefix.length()) : line;
  }

  private String ask(String verb, String... arguments) throws IOException {
    return run(PATIENCE, verb, arguments);
  }

  /** The machine as it runs now, found by its name or UUID. */
  Domain domain(String nameOrUuid) throws IOException {
    return Domain.of(LibvirtXml.parse(ask("dumpxml", "--domain", nameOrUuid), "domain"));
  }

  /** The XML by which the machine can be defined again, without passwords. */
  String definition(UUID domain) throws IOException {
    return ask("dumpxml", domain.toString(), "--inactive");
  }

  /**
   * How a machine is.
   *
   * @param word such as {@code running}, {@code paused} or {@code shut off}
   * @param reason why, such as {@code I/O error}
   */
  record State(String word, String reason) {
    boolean isRunning() {
      return word.equals("running");
    }

    /** Whether it has a qemu. */
    boolean isActive() {
      return isRunning() || word.equals("paused") || word.equals("idle");
    }
  }

  /** How the machine is. */
  State state(UUID domain) throws IOException {
    Matcher said = STATE.matcher(ask("domstate", domain.toString(), "--reason").strip());
    if (!said.matches()) {
      throw new VirshException("domstate", "says no state of a machine");
    }
    return new State(said.group(1), Optional.ofNullable(said.group(2)).orElse(""));
  }

  /** The size of a disk in bytes. */
  long sizeBytes(UUID domain, String target) throws IOException {
    Matcher said = CAPACITY.matcher(ask("domblkinfo", domain.toString(), target));
    if (!said.find()) {
      throw new VirshException("domblkinfo", "says no size of " + target);
    }
    try {
      return Long.parseLong(said.group(1));
    } catch (NumberFormatException e) {
      throw new VirshException("domblkinfo", "says a size that no disk has");
    }
  }

  /** The names of all checkpoints, each before those that were made after it. */
  List<String> checkpoints(UUID domain) throws IOException {
    return ask("checkpoint-list", domain.toString(), "--name", "--topological")
        .lines()
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** The targets of the disks whose changes a checkpoint tells. */
  List<String> trackedBy(UUID domain, String checkpoint) throws IOException {
    Element root =
        LibvirtXml.parse(
            ask("checkpoint-dumpxml", domain.toString(), checkpoint, "--no-domain"),
            "domaincheckpoint");
    return LibvirtXml.path(root, "disks", "disk").stream()
        .filter(disk -> disk.getAttribute("checkpoint").equals("bitmap"))
        .map(disk -> disk.getAttribute("name"))
        .toList();
  }

  /**
   * Removes a checkpoint, with its bitmaps.
   *
   * @return whether bitmaps may be left, because a crash has made them unusable
   */
  boolean deleteCheckpoint(UUID domain, String checkpoint) throws IOException {
    try {
      ask("checkpoint-delete", domain.toString(), checkpoint);
      return false;
    } catch (VirshException e) {
      if (e.isNoCheckpoint() || !isBroken(e)) {
        throw e;
      }
      ask("checkpoint-delete", domain.toString(), checkpoint, "--metadata");
      return true;
    }
  }

  private static boolean isBroken(VirshException e) {
    String said = String.valueOf(e.getMessage());
    return said.contains("not found in backing chain") || said.contains("inconsistent");
  }

  /** Whether the guest's agent answers, and says that the guest is Windows. */
  boolean isWindows(UUID domain, Duration limit) throws IOException {
    return run(limit, "guestinfo", domain.toString(), "--os")
        .lines()
        .anyMatch(line -> line.matches("os\\.id\\s*:\\s*mswindows\\s*"));
  }

  /** Freezes all file systems; returns how many. */
  int freeze(UUID domain, Duration limit) throws IOException {
    return count("domfsfreeze", run(limit, "domfsfreeze", domain.toString()));
  }

  /** Thaws what is frozen; returns how many file systems that were. */
  int thaw(UUID domain, Duration limit) throws IOException {
    return count("domfsthaw", run(limit, "domfsthaw", domain.toString()));
  }

  private static int count(String verb, String answer) throws IOException {
    Matcher said = COUNT.matcher(answer);
    if (!said.find() || said.group(1).length() > 6) {
      throw new VirshException(verb, "says no number of file systems");
    }
    return Integer.parseInt(said.group(1));
  }

  /** Begins a backup job, with a checkpoint at the same instant if there is to be one. */
  void beginBackup(UUID domain, Path backup, Optional<Path> checkpoint, Duration limit)
      throws IOException {
    List<String> words = new ArrayList<>(List.of(domain.toString(), "--backupxml", backup + ""));
    checkpoint.ifPresent(file -> words.addAll(List.of("--checkpointxml", file.toString())));
    run(limit, "backup-begin", words.toArray(String[]::new));
  }

  /** The socket of the backup job that is under way, "" if it has none; empty without a job. */
  Optional<String> backupSocket(UUID domain) throws IOException {
    try {
      Element root = LibvirtXml.parse(ask("backup-dumpxml", domain.toString()), "domainbackup");
      return Optional.of(LibvirtXml.attribute(root, "socket", "server"));
    } catch (VirshException e) {
      if (e.isNoBackup()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Ends whatever job is under way in the machine. */
  void abortJob(UUID domain) throws IOException {
    ask("domjobabort", domain.toString());
  }

  /** Pauses a machine that runs. */
  void pause(UUID domain, Duration limit) throws IOException {
    run(limit, "suspend", domain.toString());
  }

  /** Lets a paused machine run. */
  void resume(UUID domain) throws IOException {
    ask("resume", domain.toString());
  }
}
