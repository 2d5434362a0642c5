package dozo.format.manifest;

/** How much of a guest agreed to the instant that a restore point shows, the least first. */
public enum ConsistencyLevel {
  /** As after a power cut: nothing in the guest was told. */
  CRASH,
  /** The guest's file systems were flushed and frozen. */
  FILESYSTEM,
  /** The guest's applications were also brought to a state that they call recoverable. */
  APPLICATION;

  /** The word for it in manifests, messages and commands. */
  public String word() {
    return switch (this) {
      case CRASH -> "crash";
      case FILESYSTEM -> "filesystem";
      case APPLICATION -> "application";
    };
  }

  /**
   * Reads a level from its word.
   *
   * @throws IllegalArgumentException if it is none of the three
   */
  public static ConsistencyLevel parse(String word) {
    return switch (word) {
      case "crash" -> CRASH;
      case "filesystem" -> FILESYSTEM;
      case "application" -> APPLICATION;
      default ->
          throw new IllegalArgumentException(
              "Consistency is crash, filesystem or application, not \"" + word + "\"");
    };
  }
}
