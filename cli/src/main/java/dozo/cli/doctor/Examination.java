package dozo.cli.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All checks, in the order in which one would repair what they find.
 *
 * @param temporary the directory that native libraries are unpacked to
 * @param process {@code /proc/self}, or what stands in for it
 * @param directories where data is or shall be
 * @param keyFile the file that opens the repository
 */
public record Examination(
    Path temporary, Path process, List<Path> directories, Optional<Path> keyFile) {

  /** Keeps a copy. */
  public Examination {
    directories = List.copyOf(directories);
  }

  /** Looks at everything; what one check finds, or fails to, holds up no other. */
  public void run(Consumer<Finding> told) {
    JavaChecks.run(told);
    TemporaryCheck.run(temporary, told);
    NativeChecks.run(told);
    FuseChecks.run(process, told);
    LimitChecks.run(process, told);
    ClockCheck.run(told);
    for (Path directory : directories) {
      DirectoryChecks.run(directory, told);
    }
    keyFile.ifPresent(file -> KeyFileCheck.run(file, told));
  }
}
