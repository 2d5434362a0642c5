package dozo.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code dozo}. */
@Command(
    name = "dozo",
    description = "A deduplicating repository for virtual-machine backups.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class Main {
  private Main() {}

  /** Runs one command and leaves with its exit code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
