package dozo.protocol;

/** What a token is for. docs/protocol.md §8 has what each may do. */
public enum Role {
  /** Adds restore points of the VMs in its scope, and reads none. */
  BACKUP,
  /** Lists and reads the restore points in its scope. */
  RESTORE,
  /** Sees everything that is not a VM's content, and runs the server. */
  OPERATOR,
  /** May do all of it. */
  ADMIN;

  /** The word for it in messages, files and commands. */
  public String word() {
    return switch (this) {
      case BACKUP -> "backup";
      case RESTORE -> "restore";
      case OPERATOR -> "operator";
      case ADMIN -> "admin";
    };
  }

  /**
   * Reads a role from its word.
   *
   * @throws IllegalArgumentException if it is none of the four
   */
  public static Role parse(String word) {
    for (Role role : values()) {
      if (role.word().equals(word)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "A role is backup, restore, operator or admin, not \"" + word + "\"");
  }
}
