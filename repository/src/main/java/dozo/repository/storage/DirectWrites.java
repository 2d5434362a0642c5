package dozo.repository.storage;

import java.nio.file.OpenOption;
import java.util.Optional;

/** The JDK's option to open files with that go around the page cache. */
final class DirectWrites {

  /**
   * Empty on a JDK without it. It is looked up by its name, since the compiler warns of everything
   * in its package, though this has been documented and supported since JDK 10.
   */
  static final Optional<OpenOption> OPTION = find();

  private DirectWrites() {}

  private static Optional<OpenOption> find() {
    try {
      Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      return Optional.of((OpenOption) options.getField("DIRECT").get(null));
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }
}
