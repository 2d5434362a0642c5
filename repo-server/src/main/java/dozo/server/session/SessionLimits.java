package dozo.server.session;

import java.time.Duration;
import java.util.List;

/**
 * What sessions may take.
 *
 * @param maximumSessions how many there may be, detached ones included
 * @param maximumPerToken how many of them of one token
 * @param streamWindowBytes the most credit of a stream
 * @param sessionWindowBytes the most credit of a session's streams together, unless they are so
 *     many that each has the least that a frame needs
 * @param allWindowsBytes what sessions share: the more are open, the less the next one gets, down
 *     to an eighth of the most
 * @param detachedFor how long a session waits for its client to come back
 * @param silentFor how long a client may send nothing that it has credit for
 * @param rememberedFor how long the receipt of a committed session can be asked for again
 */
public record SessionLimits(
    int maximumSessions,
    int maximumPerToken,
    long streamWindowBytes,
    long sessionWindowBytes,
    long allWindowsBytes,
    Duration detachedFor,
    Duration silentFor,
    Duration rememberedFor) {

  /** What a server has that was not told otherwise. */
  public static final SessionLimits STANDARD =
      new SessionLimits(
          128,
          64,
          32L << 20,
          32L << 20,
          128L << 20,
          Duration.ofMinutes(10),
          Duration.ofMinutes(15),
          Duration.ofHours(1));

  private static final long LEAST_WINDOW_BYTES = 64 << 10;
  private static final long SMALL_STREAM_BYTES = 1 << 20;
  private static final int LEAST_SHARE = 8;

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
        allWindowsBytes,
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
        allWindowsBytes,
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
        allWindowsBytes,
        detachedFor,
        duration,
        rememberedFor);
  }

  /**
   * The windows of a session's streams. Small ones get little, so that a VM's disks do not share
   * with its configuration files what a distant client needs to keep its link busy.
   *
   * @param sizes the streams' sizes in bytes
   * @param openSessions how many sessions there are already
   */
  List<Long> windowsOf(List<Long> sizes, int openSessions) {
    long share =
        Math.clamp(
            allWindowsBytes / (openSessions + 1L),
            sessionWindowBytes / LEAST_SHARE,
            sessionWindowBytes);
    long large = sizes.stream().filter(size -> size > SMALL_STREAM_BYTES).count();
    long small = sizes.size() - large;
    long smallOnes = small == 0 ? 0 : Math.clamp(share / 4 / small, LEAST_WINDOW_BYTES, share);
    long largeOnes =
        large == 0
            ? 0
            : Math.clamp(
                (share - small * smallOnes) / large, LEAST_WINDOW_BYTES, streamWindowBytes);
    return sizes.stream()
        .map(size ->
            size > SMALL_STREAM_BYTES
                ? largeOnes
                : Math.min(smallOnes, 2 * size + LEAST_WINDOW_BYTES))
        .toList();
  }
}
