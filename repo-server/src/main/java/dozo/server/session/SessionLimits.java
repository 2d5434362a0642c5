package dozo.server.session;

import java.time.Duration;

/**
 * What sessions may take.
 *
 * @param maximumSessions how many there may be, detached ones included
 * @param maximumPerToken how many of them of one token
 * @param streamWindowBytes the most credit of a stream
 * @param sessionWindowBytes the most credit of a session's streams together, unless they are so
 *     many that each has the least that a frame needs
 * @param detachedFor how long a session waits for its client to come back
 * @param silentFor how long a client may send nothing that it has credit for
 * @param rememberedFor how long the receipt of a committed session can be asked for again
 */
public record SessionLimits(
    int maximumSessions,
    int maximumPerToken,
    long streamWindowBytes,
    long sessionWindowBytes,
    Duration detachedFor,
    Duration silentFor,
    Duration rememberedFor) {

  /** What a server has that was not told otherwise. */
  public static final SessionLimits STANDARD =
      new SessionLimits(
          128,
          64,
          4L << 20,
          32L << 20,
          Duration.ofMinutes(10),
          Duration.ofMinutes(15),
          Duration.ofHours(1));

  private static final long LEAST_WINDOW_BYTES = 64 << 10;

  /** Checks the bounds. */
  public SessionLimits {
    if (maximumSessions < 1 || maximumPerToken < 1) {
      throw new IllegalArgumentException("There must be room for a session");
    }
    if (streamWindowBytes < LEAST_WINDOW_BYTES || sessionWindowBytes < streamWindowBytes) {
      throw new IllegalArgumentException(
          "A stream's window has at least 64 KiB and fits in its session's");
    }
  }

  /** The same with another time that a session waits for its client. */
  public SessionLimits withDetachedFor(Duration duration) {
    return new SessionLimits(
        maximumSessions,
        maximumPerToken,
        streamWindowBytes,
        sessionWindowBytes,
        duration,
        silentFor,
        rememberedFor);
  }

  /** The same with other numbers of sessions. */
  public SessionLimits withMaximum(int sessions, int perToken) {
    return new SessionLimits(
        sessions,
        perToken,
        streamWindowBytes,
        sessionWindowBytes,
        detachedFor,
        silentFor,
        rememberedFor);
  }

  /** The same with another time that a client may be silent. */
  public SessionLimits withSilentFor(Duration duration) {
    return new SessionLimits(
        maximumSessions,
        maximumPerToken,
        streamWindowBytes,
        sessionWindowBytes,
        detachedFor,
        duration,
        rememberedFor);
  }

  /** The window of each of so many streams. */
  long windowOf(int streams) {
    return Math.clamp(sessionWindowBytes / streams, LEAST_WINDOW_BYTES, streamWindowBytes);
  }
}
