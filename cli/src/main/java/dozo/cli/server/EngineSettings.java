package dozo.cli.server;

import dozo.cli.config.Section;
import dozo.repository.storage.RoomReserve;

/**
 * What the engine may use.
 *
 * @param memoryBytes what it may hold in memory besides its filter
 * @param threads how many threads compute
 * @param reserve what backups leave free of the file system
 */
public record EngineSettings(long memoryBytes, int threads, RoomReserve reserve) {

  private static final long LEAST_MEMORY = 32L << 20;
  private static final int MOST_THREADS = 1_024;
  private static final int WHOLE = 100;

  static EngineSettings read(Section section) {
    long memory = section.size("memory").orElse(LEAST_MEMORY);
    if (memory < LEAST_MEMORY) {
      section.wrong("memory", "is to be 32M or more");
    }
    return new EngineSettings(memory, threads(section), reserve(section));
  }

  private static int threads(Section section) {
    return Counts.autoOr(
        section, "threads", MOST_THREADS, Runtime.getRuntime().availableProcessors());
  }

  private static RoomReserve reserve(Section section) {
    double share = percent(section, "reserve");
    double most = percent(section, "reserve-most");
    long least = section.size("reserve-least").orElse(0L);
    if (share > most) {
      section.wrong("reserve", "is to be no more than reserve-most");
      return RoomReserve.STANDARD;
    }
    return new RoomReserve(share, least, most);
  }

  private static double percent(Section section, String key) {
    return section
        .value(
            key,
            "a share from 0% to 100%",
            text -> {
              if (!text.matches("\\d{1,3}(\\.\\d{1,3})?%")) {
                throw new IllegalArgumentException("No share: " + text);
              }
              double percent = Double.parseDouble(text.substring(0, text.length() - 1));
              if (percent > WHOLE) {
                throw new IllegalArgumentException("No share: " + text);
              }
              return percent;
            })
        .orElse(0.0);
  }
}
