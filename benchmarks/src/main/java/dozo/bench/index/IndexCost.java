package dozo.bench.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the index costs at one size.
 *
 * @param chunks how many it knows
 * @param rebuiltPerSecond chunks entered a second, in the batches of a rebuild
 * @param enteredPerSecond chunks entered a second, in the batches of a server
 * @param enteringNanos time of the processor a chunk, in the batches of a server
 * @param writtenBytes bytes written to the disk a chunk, in the batches of a server
 * @param unknownNanos time of the processor a look-up of an id that is not there
 * @param unknownGrownNanos the same before the index was opened again, with the filters it grew
 * @param runNanos time a chunk of packs looked up in their order
 * @param randomNanos time a look-up of any id in LMDB
 * @param loneNanos time of finding a chunk for certain whose pack's directory is not in memory
 * @param openSeconds processor time of opening, with checking the file and filling the filter
 * @param filterBytes size of the filter
 * @param fileBytes size of the file
 */
record IndexCost(
    long chunks,
    double rebuiltPerSecond,
    double enteredPerSecond,
    double enteringNanos,
    double writtenBytes,
    double unknownNanos,
    double unknownGrownNanos,
    double runNanos,
    double randomNanos,
    double loneNanos,
    double openSeconds,
    long filterBytes,
    long fileBytes) {

  static final String HEADER =
      "| chunks | rebuilt/s | entered/s | CPU us each | written B each | unknown ns | grown ns | run ns"
          + " | random ns | lone us | open CPU s | filter MB | file MB | RSS anon MB | RSS file MB |\n"
          + "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|";

  /** A row of a table. */
  String row() throws IOException {
    return "| %,d | %,.0f | %,.0f | %.1f | %,.0f | %.0f | %.0f | %.0f | %,.0f | %,.0f | %.1f | %.0f | %,.0f | %,d | %,d |"
        .formatted(
            chunks,
            rebuiltPerSecond,
            enteredPerSecond,
            enteringNanos / 1e3,
            writtenBytes,
            unknownNanos,
            unknownGrownNanos,
            runNanos,
            randomNanos,
            loneNanos / 1e3,
            openSeconds,
            filterBytes / 1e6,
            fileBytes / 1e6,
            number("/proc/self/status", "RssAnon:") / 1_000,
            number("/proc/self/status", "RssFile:") / 1_000);
  }

  /** The bytes that this process has sent to disks. */
  static long bytesSent() throws IOException {
    return number("/proc/self/io", "write_bytes:");
  }

  private static long number(String file, String name) throws IOException {
    for (String line : Files.readAllLines(Path.of(file))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.substring(name.length()).trim().split(" ", 2)[0]);
      }
    }
    return 0;
  }
}
