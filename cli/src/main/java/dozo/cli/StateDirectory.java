package dozo.cli;

import dozo.cli.secret.SecretReader;
import java.nio.file.Path;

/** Where this host keeps what is to outlive a restart and belongs to no repository. */
final class StateDirectory {

  private StateDirectory() {}

  /** The usual place of a directory of that name for this user. */
  static Path usual(String name, SecretReader environment) {
    if (System.getProperty("user.name", "").equals("root")) {
      return Path.of("/var/lib/dozo", name);
    }
    return environment
        .variable("XDG_STATE_HOME")
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home", "."), ".local", "state"))
        .resolve("dozo")
        .resolve(name);
  }
}
