package dozo.cli.server;

import java.nio.file.Path;

/**
 * The directory that {@code dozo server} keeps everything in.
 *
 * @param root the directory itself
 */
public record DataDirectory(Path root) {

  /** The name of the repository in it. */
  public static final String REPOSITORY = "repository";

  /** Where the repository is. */
  public Path repository() {
    return root.resolve(REPOSITORY);
  }

  /** Where the server keeps its certificate. */
  Path server() {
    return root.resolve("server");
  }

  /** Where clients on this host find the server. */
  Path socket() {
    return server().resolve("dozo.sock").toAbsolutePath();
  }

  /** Where it mounts. */
  Path mounts() {
    return root.resolve("mounts");
  }

  /** Where what is written to its mounts is kept. */
  Path overlays() {
    return root.resolve("overlays");
  }

  /** Where disks that were written to are copied to. */
  Path exports() {
    return root.resolve("exports");
  }

  /** Where it is kept what the guests of its mounts read first. */
  Path bootTraces() {
    return root.resolve("boot-traces");
  }

  /** The plan of upkeep, if it has one there. */
  Path upkeep() {
    return server().resolve("upkeep.json");
  }
}
