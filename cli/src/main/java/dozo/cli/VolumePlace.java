package dozo.cli;

/**
 * How a person says which file system is meant: {@code POINT}, {@code POINT:DISK} or {@code
 * POINT:DISK:PARTITION}.
 *
 * @param point the restore point
 * @param disk its disk; empty if not said
 * @param partition the number of the partition; -1 if not said
 */
record VolumePlace(String point, String disk, int partition) {

  static final String DESCRIPTION =
      "POINT[:DISK[:PARTITION]], as in web:disk0:2. Disk and partition may be left out where there"
          + " is only one file system. POINT is: "
          + Selection.FORMS;

  /**
   * Takes a text apart.
   *
   * @throws IllegalArgumentException if it is none
   */
  static VolumePlace parse(String text) {
    String[] parts = text.split(":", -1);
    boolean numbered = parts.length < 3 || parts[2].matches("\\d{1,5}");
    if (parts.length > 3 || !numbered) {
      throw new IllegalArgumentException(
          "\"" + text + "\" names no file system; the form is POINT:DISK:PARTITION, web:disk0:2");
    }
    return new VolumePlace(
        parts[0],
        parts.length > 1 ? parts[1] : "",
        parts.length > 2 ? Integer.parseInt(parts[2]) : -1);
  }
}
