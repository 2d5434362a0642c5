package dozo.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder of disk images: {@code VM/day1.raw}, {@code VM/day2.raw} and so on, and beside each but
 * the first {@code dayN.changed}, which has the offset and length of a range a line that may differ
 * from the day before.
 *
 * @param directory the folder
 * @param vm the VM that is followed from day to day
 * @param sibling another VM from the same template
 */
record Images(Path directory, String vm, String sibling) {

  private static final int DAYS_AT_MOST = 99;

  Path day(int day) {
    return directory.resolve(vm).resolve("day" + day + ".raw");
  }

  Path changes(int day) {
    return directory.resolve(vm).resolve("day" + day + ".changed");
  }

  Path siblingDay() {
    return directory.resolve(sibling).resolve("day1.raw");
  }

  boolean hasSibling() {
    return Files.isRegularFile(siblingDay());
  }

  boolean hasChanges(int day) {
    return Files.isRegularFile(changes(day));
  }

  /** How many days there are. */
  int days() {
    int days = 0;
    while (days < DAYS_AT_MOST && Files.isRegularFile(day(days + 1))) {
      days++;
    }
    return days;
  }

  /** The bytes that an image takes on its file system, of holes none. */
  static long allocatedBytes(Path image, Workbench bench) throws IOException {
    return Long.parseLong(bench.ask("stat", "-L", "-c", "%b", image.toString()).strip()) * 512;
  }
}
