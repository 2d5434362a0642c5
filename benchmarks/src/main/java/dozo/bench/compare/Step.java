package dozo.bench.compare;

/**
 * A step of the series.
 *
 * @param order where it stands in the tables
 * @param key names it in files
 * @param title names it in tables
 * @param rival the key of the step of the other tools that does the same for the user; the step's
 *     own key where they have it, too
 */
record Step(int order, String key, String title, String rival) {

  private static final String FIRST = "first-full";
  private static final String RESTORE = "restore";
  private static final String UNCHANGED = "unchanged";
  private static final int DAYS_AT_MOST = 99;

  private static Step of(int order, String key, String title) {
    return new Step(order, key, title, key);
  }

  /** The first backup, which a server answers that was started a moment ago. */
  static Step first(String vm) {
    return of(0, FIRST, vm + " day 1, first full");
  }

  /** The first backup in a dedup domain of its own, on a server that has run for a while. */
  static Step firstWhenWarm(String vm) {
    return new Step(1, FIRST + "-warm", vm + " day 1, first full, server warm", FIRST);
  }

  /** A later day, read whole. */
  static Step whole(String vm, int day) {
    return of(checked(day), wholeKey(day), vm + " day " + day + ", read in full");
  }

  /** A later day, of which only what changed is read. */
  static Step changes(String vm, int day) {
    return new Step(
        100 + checked(day),
        "day" + day + "-changes",
        vm + " day " + day + ", changed extents only",
        wholeKey(day));
  }

  /** The last day once more. */
  static Step unchanged(String vm, int day) {
    return of(200, UNCHANGED, vm + " day " + day + " again, unchanged");
  }

  /** The last day once more, with a way of sending it. */
  static Step unchanged(String vm, int day, String transfer) {
    return new Step(
        transfer.equals("source") ? 202 : 201,
        UNCHANGED + "-" + transfer,
        vm + " day " + day + " again, --transfer " + transfer,
        UNCHANGED);
  }

  /** The last day as another VM. */
  static Step clone(String vm, int day) {
    return of(203, "clone", "clone of " + vm + " day " + day);
  }

  /** Another VM from the same template. */
  static Step sibling(String vm) {
    return of(204, "sibling", vm + " day 1, a similar VM");
  }

  /** The last day, written to a file. */
  static Step restore(String vm, int day) {
    return of(205, RESTORE, "restore of " + vm + " day " + day);
  }

  /** The same on a server that has restored before. */
  static Step restoreWhenWarm(String vm, int day) {
    String title = "restore of " + vm + " day " + day + ", server warm";
    return new Step(206, RESTORE + "-warm", title, RESTORE);
  }

  /** The last day, made out of the day before in its place. */
  static Step rollBack(String vm, int day, boolean toldBase) {
    String title = vm + " day " + (day - 1) + " made day " + day + " in place";
    return toldBase
        ? new Step(208, "in-place-base", title + ", --base", RESTORE)
        : new Step(207, "in-place", title, RESTORE);
  }

  /** Whether it is a later day that was read whole. */
  boolean isWhole() {
    return order > 1 && order <= DAYS_AT_MOST;
  }

  /** Whether it is a later day from what changed. */
  boolean isChanges() {
    return order > 100 && order < 200;
  }

  /** Whether it only says once more what the step without a choice of transfer says. */
  boolean isServerSideAgain() {
    return key.equals(UNCHANGED + "-stream");
  }

  private static String wholeKey(int day) {
    return "day" + day;
  }

  private static int checked(int day) {
    if (day < 2 || day > DAYS_AT_MOST) {
      throw new IllegalArgumentException("A later day is 2 to 99, not " + day);
    }
    return day;
  }
}
