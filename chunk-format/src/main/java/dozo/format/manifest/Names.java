package dozo.format.manifest;

/** The bounds of the texts in a manifest. */
final class Names {

  private static final int MAXIMUM_LENGTH = 255;

  private Names() {}

  /** Returns the text if it has 1 to 255 characters and none is a control character. */
  static String check(String what, String text) {
    if (text.isEmpty()
        || text.length() > MAXIMUM_LENGTH
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "A " + what + " has 1 to 255 characters and no control characters");
    }
    return checkUnicode(what, text);
  }

  /** Returns the text if it has no half of a surrogate pair, which UTF-8 could not hold. */
  static String checkUnicode(String what, String text) {
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw new IllegalArgumentException("A " + what + " has a character that is no Unicode");
    }
    return text;
  }

  /** Returns the text if it can also be a file's name on its own. */
  static String checkFileName(String what, String text) {
    check(what, text);
    if (text.equals(".")
        || text.equals("..")
        || text.indexOf('/') >= 0
        || text.indexOf('\\') >= 0) {
      throw new IllegalArgumentException(
          "A " + what + " is the name of a file, without any directory: \"" + text + "\"");
    }
    return text;
  }
}
