package dozo.server.channel;

/** Text from elsewhere, made fit to be shown: in the head of a mail, in a log, on a terminal. */
final class PlainText {

  private static final String ELLIPSIS = "…";
  private static final int INSTEAD = '?';

  private PlainText() {}

  /**
   * Replaces what moves the cursor, ends a line, turns the direction of writing, or is no character
   * at all, and cuts what is longer.
   *
   * @param maximum in code points, the sign for what was cut included
   */
  static String of(String text, int maximum) {
    int[] points = text.codePoints().limit(maximum + 1L).map(PlainText::shown).toArray();
    return points.length <= maximum
        ? new String(points, 0, points.length)
        : new String(points, 0, maximum - 1) + ELLIPSIS;
  }

  private static int shown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED,
          Character.PRIVATE_USE ->
          INSTEAD;
      default -> point;
    };
  }
}
