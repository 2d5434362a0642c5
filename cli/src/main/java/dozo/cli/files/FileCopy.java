package dozo.cli.files;

import dozo.cli.quickstart.Tool;
import dozo.format.CorruptDataException;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Copies files and directories of a guest to a directory of this machine. They arrive in a new
 * directory that is nobody else's, and get their places when all of them are there.
 *
 * <p>For one thread, but for {@link #cancel}.
 */
public final class FileCopy {
  private static final String STAGE = ".dozo-files-";

  private final Reading reading;
  private final Path target;
  private final Path stage;
  private volatile boolean cancelled;

  /**
   * Prepares a copy.
   *
   * @param reading of the action {@code copy}; stays the caller's to close
   * @param target an existing directory
   */
  public FileCopy(Reading reading, Path target) {
    this.reading = reading;
    this.target = target;
    this.stage = target.resolve(STAGE + ProcessHandle.current().pid());
  }

  /**
   * What arrived.
   *
   * @param files how many of all kinds
   * @param bytes of their content
   * @param leftOut how often what was left out of them
   * @param unreadable the files that could not be read whole and did not arrive, for people
   * @param remarks what else went wrong, for people
   * @param complete whether everything was read
   */
  public record Result(
      long files,
      long bytes,
      Map<String, Long> leftOut,
      List<String> unreadable,
      List<String> remarks,
      boolean complete) {

    /** Copies what it is given. */
    public Result {
      leftOut = Map.copyOf(leftOut);
      unreadable = List.copyOf(unreadable);
      remarks = List.copyOf(remarks);
    }
  }

  /** Makes the copy end soon, with nothing in its place. */
  public void cancel() {
    cancelled = true;
    reading.cancel();
  }

  /**
   * Copies what has these names, which are the last ones of the reading's paths.
   *
   * @throws FileAlreadyExistsException if one of them is in the target already
   * @throws CancellationException if it was cancelled
   */
  public Result names(List<String> names) throws IOException {
    return run(
        names,
        out -> TarGate.ofNames(reading.output(), out, names.stream().map(GuestNames::of).toList()));
  }

  /** As {@link #names}, for a whole volume, which becomes a directory of a name. */
  public Result volume(String name) throws IOException {
    return run(List.of(name), out -> TarGate.ofVolume(reading.output(), out, GuestNames.of(name)));
  }

  private interface Gate {
    TarGate open(OutputStream out);
  }

  private Result run(List<String> names, Gate gate) throws IOException {
    clearAbandoned();
    requireFree(names);
    Files.createDirectory(
        stage, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      Result result = unpack(gate);
      for (String name : names) {
        // What tar could not open at all is in the remarks.
        if (Files.exists(stage.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
          Files.move(stage.resolve(name), target.resolve(name));
        }
      }
      return result;
    } catch (IOException e) {
      if (cancelled) {
        throw (CancellationException) new CancellationException().initCause(e);
      }
      throw e;
    } finally {
      remove(stage);
    }
  }

  private void requireFree(List<String> names) throws IOException {
    for (String name : names) {
      if (Files.exists(target.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(target.resolve(name).toString());
      }
    }
  }

  private Result unpack(Gate gate) throws IOException {
    Process tar = startTar();
    ReaderErrors complaints = ReaderErrors.collect(tar.getErrorStream());
    try {
      TarGate opened;
      TarGate.Passed passed;
      try (OutputStream out = tar.getOutputStream()) {
        opened = gate.open(out);
        passed = opened.run();
      } catch (IOException e) {
        throw cause(e, tar, complaints);
      }
      ReaderErrors.Summary written = await(tar, complaints);
      if (written.exitCode() != 0) {
        throw unwritten(written);
      }
      return result(opened, passed, reading.awaitEnd(), written.lines());
    } finally {
      tar.destroyForcibly();
    }
  }

  private Result result(
      TarGate gate, TarGate.Passed passed, ReaderErrors.Summary read, List<String> written)
      throws IOException {
    List<String> unreadable =
        read.unreadable().stream().flatMap(p -> gate.arrived(p).stream()).toList();
    removeFiles(unreadable);
    List<String> remarks = new ArrayList<>(read.lines());
    remarks.addAll(written);
    return new Result(
        passed.files() - unreadable.size(),
        passed.bytes(),
        passed.leftOut(),
        unreadable.stream().map(GuestNames::shown).toList(),
        remarks,
        read.exitCode() == 0);
  }

  private Process startTar() throws IOException {
    List<String> command = new ArrayList<>(List.of("tar", "--extract", "--file=-"));
    command.addAll(List.of("--directory", stage.toString(), "--numeric-owner"));
    command.addAll(List.of("--preserve-permissions", "--delay-directory-restore"));
    command.add(Reading.isRoot() ? "--same-owner" : "--no-same-owner");
    command.addAll(List.of("--keep-old-files", "--quoting-style=escape", "--xattrs"));
    command.addAll(List.of("--xattrs-include=user.*", "--xattrs-include=system.posix_acl_*"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    builder.environment().remove("TAR_OPTIONS");
    return builder.start();
  }

  /** Which of the two programs, or what lies between them, is to blame. */
  private IOException cause(IOException seen, Process tar, ReaderErrors complaints)
      throws IOException {
    if (seen instanceof EOFException) {
      ReaderErrors.Summary read = reading.awaitEnd();
      return read.exitCode() == 0 ? seen : Reading.failure(read);
    }
    reading.close();
    if (seen instanceof CorruptDataException) {
      return seen;
    }
    ReaderErrors.Summary written = await(tar, complaints);
    return written.exitCode() == 0 ? seen : unwritten(written);
  }

  private static IOException unwritten(ReaderErrors.Summary written) {
    return new IOException("The files could not be written: " + String.join("; ", written.lines()));
  }

  private static ReaderErrors.Summary await(Process tar, ReaderErrors complaints)
      throws IOException {
    try {
      return complaints.await(tar.waitFor());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while files were written", e);
    }
  }

  /** Removes files that did not arrive whole. Their names are bytes, which Java's paths are not. */
  private void removeFiles(List<String> paths) throws IOException {
    if (paths.isEmpty()) {
      return;
    }
    Process rm =
        new ProcessBuilder("xargs", "-0", "rm", "-f", "--").directory(stage.toFile()).start();
    try (OutputStream out = rm.getOutputStream()) {
      for (String path : paths) {
        out.write((path + "\0").getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    ReaderErrors.Summary removed = await(rm, ReaderErrors.collect(rm.getErrorStream()));
    if (removed.exitCode() != 0) {
      throw new IOException(
          "Files that could not be read cannot be removed: " + String.join("; ", removed.lines()));
    }
  }

  /** Takes away what copies into this target left behind when they were killed. */
  private void clearAbandoned() throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(target, STAGE + "*")) {
      for (Path each : found) {
        String number = each.getFileName().toString().substring(STAGE.length());
        boolean own = number.matches("\\d{1,18}");
        if (own && ProcessHandle.of(Long.parseLong(number)).isEmpty()) {
          remove(each);
        }
      }
    }
  }

  private static void remove(Path directory) throws IOException {
    Tool.require("rm", "coreutils")
        .run(null, "-rf", "--one-file-system", "--", directory.toAbsolutePath().toString());
  }
}
