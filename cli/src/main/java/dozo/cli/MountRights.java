package dozo.cli;

import dozo.cli.quickstart.Tool;
import dozo.mount.fuse.FileOwner;
import dozo.mount.fuse.MountOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Options that say who may look into a mount. */
final class MountRights {
  private static final int ALL_READ = 0644;
  private static final int MAX_ID = Integer.MAX_VALUE - 1;

  @Option(
      names = "--allow-other",
      description =
          "Let other users in; needs user_allow_other in /etc/fuse.conf unless one is root.")
  private boolean allowOther;

  @Option(
      names = "--owner",
      paramLabel = "USER[:GROUP]",
      description =
          "Let files belong to this user, such as libvirt-qemu, by name or number; without --mode"
              + " nobody else may look inside. Implies --allow-other.")
  private @Nullable String owner;

  @Option(
      names = "--mode",
      paramLabel = "OCTAL",
      description =
          "Who may do what with files, 400 to 666. Default: 600, and 644 with --allow-other alone.")
  private @Nullable String mode;

  /**
   * Adds what was chosen.
   *
   * @throws IllegalArgumentException if there is no such user, group or mode
   */
  MountOptions apply(MountOptions options) throws IOException {
    MountOptions chosen = options.withAllowOther(allowOther || owner != null);
    if (owner != null) {
      chosen = chosen.withOwner(parse(owner));
    } else if (allowOther) {
      chosen = chosen.withFileMode(ALL_READ);
    }
    return mode == null ? chosen : chosen.withFileMode(octal(mode));
  }

  /** Puts down what was chosen, for a server, which looks the names up on its host. */
  void write(ObjectNode wish) {
    if (owner != null) {
      wish.put("owner", owner);
    }
    if (mode != null) {
      wish.put("mode", mode);
    }
  }

  private static int octal(String text) {
    try {
      return Integer.parseInt(text, 8);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--mode is octal, such as 640, not " + text, e);
    }
  }

  private static FileOwner parse(String text) throws IOException {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    String group = colon < 0 ? "" : text.substring(colon + 1);
    Optional<List<String>> account = entry("passwd", user);
    int uid = number(user).or(() -> account.map(MountRights::id)).orElseThrow(() -> none(user));
    if (colon >= 0) {
      return new FileOwner(
          uid,
          number(group)
              .or(() -> entry("group", group).map(MountRights::id))
              .orElseThrow(() -> none(group)));
    }
    return new FileOwner(
        uid,
        account
            .map(fields -> Integer.parseInt(fields.get(3)))
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "This system does not know the group of user "
                        + user
                        + ": give --owner "
                        + user
                        + ":GROUP")));
  }

  private static IllegalArgumentException none(String name) {
    return new IllegalArgumentException("This system knows no \"" + name + "\"");
  }

  private static Optional<Integer> number(String text) {
    return text.matches("[0-9]{1,10}") && Long.parseLong(text) <= MAX_ID
        ? Optional.of(Integer.parseInt(text))
        : Optional.empty();
  }

  private static int id(List<String> fields) {
    return Integer.parseInt(fields.get(2));
  }

  /** What the system's databases, wherever they are, say of a user or group. */
  private static Optional<List<String>> entry(String database, String name) {
    if (name.isEmpty() || name.startsWith("-")) {
      return Optional.empty();
    }
    try {
      String line = Tool.require("getent", "libc-bin").run(null, database, name).strip();
      List<String> fields = List.of(line.split(":", -1));
      return fields.size() > 3 ? Optional.of(fields) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // That is how it says that there is none.
    }
  }
}
