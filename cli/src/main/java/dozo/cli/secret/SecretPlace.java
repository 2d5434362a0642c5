package dozo.cli.secret;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a secret is. */
public sealed interface SecretPlace {

  /** In a file, whose first line it is. */
  record InFile(Path path) implements SecretPlace {}

  /** Behind an open file descriptor of this process. */
  record InDescriptor(int number) implements SecretPlace {}

  /** What a command prints on the first line of its output. */
  record FromCommand(String command) implements SecretPlace {}

  /** In an environment variable. */
  record InVariable(String name) implements SecretPlace {}

  /** Known to the person at the terminal. */
  record AtTerminal(boolean twice) implements SecretPlace {}

  /**
   * Chooses among the places that options name, of which one at most may be given.
   *
   * @return null if none is given
   * @throws IllegalArgumentException if more than one is given
   */
  static @Nullable SecretPlace of(
      SecretKind kind,
      @Nullable Path file,
      @Nullable Integer descriptor,
      @Nullable String command) {
    int given = (file == null ? 0 : 1) + (descriptor == null ? 0 : 1) + (command == null ? 0 : 1);
    if (given > 1) {
      throw new IllegalArgumentException("Say once where the " + kind.words() + " is");
    }
    if (file != null) {
      return new InFile(file);
    }
    if (descriptor != null) {
      return new InDescriptor(descriptor);
    }
    return command == null ? null : new FromCommand(command);
  }
}
