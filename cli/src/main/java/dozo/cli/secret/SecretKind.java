package dozo.cli.secret;

/** What a secret is for, and the words that name it. */
public enum SecretKind {
  /** Opens a repository's key slot. */
  PASSPHRASE("passphrase", "DOZO_PASSPHRASE"),
  /** Opens a key slot that is to be made. */
  NEW_PASSPHRASE("new passphrase", "DOZO_NEW_PASSPHRASE"),
  /** Lets a user log in who is to be added or changed. */
  NEW_PASSWORD("new password", "DOZO_NEW_PASSWORD"),
  /** Proves to a server who is calling. */
  TOKEN("token", "DOZO_TOKEN"),
  /** Proves it where one token may back up and another read. */
  RESTORE_TOKEN("restore token", "DOZO_RESTORE_TOKEN");

  private final String words;
  private final String variable;

  SecretKind(String words, String variable) {
    this.words = words;
    this.variable = variable;
  }

  /** What people call it. */
  public String words() {
    return words;
  }

  /** The environment variable that holds it; with {@code _FILE} and {@code _COMMAND}, its place. */
  public String variable() {
    return variable;
  }

  /** The option that names a file with it. */
  public String fileOption() {
    return "--" + words.replace(' ', '-') + "-file";
  }
}
