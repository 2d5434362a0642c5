package dozo.cli.quickstart;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A program of the system.
 *
 * @param path where it is
 */
public record Tool(Path path) {

  /** Where a root's programs are, which other users do not always have on their path. */
  private static final String SYSTEM_DIRECTORIES = "/usr/sbin:/sbin:/usr/local/sbin";

  /** Finds a program, also where only root looks for it. */
  public static Optional<Tool> find(String name) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    for (String directory :
        (path + File.pathSeparator + SYSTEM_DIRECTORIES).split(File.pathSeparator, -1)) {
      Path candidate = Path.of(directory, name);
      if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
        return Optional.of(new Tool(candidate));
      }
    }
    return Optional.empty();
  }

  /**
   * Finds a program that is needed.
   *
   * @param debianPackage the package that has it
   * @throws IOException if it is not there
   */
  public static Tool require(String name, String debianPackage) throws IOException {
    return find(name)
        .orElseThrow(() ->
            new IOException(
                "The program "
                    + name
                    + " is not there. What to do: apt-get install "
                    + debianPackage
                    + ", or give a disk: dozo quickstart DISK."));
  }

  /**
   * Runs the program and returns what it prints.
   *
   * @param input what it reads; nothing if null
   * @throws IOException if it fails, with what it printed
   */
  public String run(@Nullable String input, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(path.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      if (input != null) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(path.getFileName() + " failed: " + output.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroy();
      throw new IOException(path.getFileName() + " was interrupted", e);
    }
    return output;
  }
}
