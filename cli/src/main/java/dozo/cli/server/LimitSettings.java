package dozo.cli.server;

import dozo.cli.config.Section;
import dozo.server.net.NetworkLimits;
import dozo.server.session.SessionLimits;
import java.time.Duration;

/**
 * What clients may take.
 *
 * @param network what connections may
 * @param sessions what sessions may
 */
public record LimitSettings(NetworkLimits network, SessionLimits sessions) {

  private static final int MOST_CONNECTIONS = 100_000;
  private static final int MOST_REQUESTS = 1_024;
  private static final int MOST_SESSIONS = 10_000;
  private static final long LEAST_WINDOW = 1 << 20;
  private static final long LARGEST_WINDOW = 1 << 30;
  private static final Duration LONGEST = Duration.ofDays(1);

  static LimitSettings read(Section section) {
    return new LimitSettings(network(section), sessions(section));
  }

  private static NetworkLimits network(Section section) {
    NetworkLimits usual = NetworkLimits.STANDARD;
    return usual
        .withMaximumConnections(count(section, "connections", MOST_CONNECTIONS))
        .withBlockingThreads(
            Counts.autoOr(section, "requests", MOST_REQUESTS, usual.blockingThreads()));
  }

  private static SessionLimits sessions(Section section) {
    int sessions = count(section, "sessions", MOST_SESSIONS);
    int perToken = count(section, "sessions-per-token", MOST_SESSIONS);
    long window = section.size("session-window").orElse(LEAST_WINDOW);
    if (window < LEAST_WINDOW || window > LARGEST_WINDOW) {
      section.wrong("session-window", "is to be 1M to 1G");
      window = LEAST_WINDOW;
    }
    long all = section.size("all-windows").orElse(window);
    if (all < window) {
      section.wrong("all-windows", "is to be no less than session-window");
    }
    return new SessionLimits(
        sessions,
        perToken,
        window,
        window,
        all,
        time(section, "detached"),
        time(section, "silent"),
        time(section, "receipts"));
  }

  private static int count(Section section, String key, int most) {
    return section.number(key, 1, most).orElse(1L).intValue();
  }

  private static Duration time(Section section, String key) {
    Duration time = section.time(key).orElse(LONGEST);
    if (time.isZero() || time.compareTo(LONGEST) > 0) {
      section.wrong(key, "is to be 1s to 1d");
    }
    return time;
  }
}
