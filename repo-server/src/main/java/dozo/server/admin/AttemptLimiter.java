package dozo.server.admin;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts failed attempts of each client and says when one has had too many: a bucket that holds so
 * many and gets one back every so often. The clients that were heard of last are remembered, so
 * that nobody fills the memory by coming from many addresses.
 *
 * <p>Safe for use by several threads.
 */
final class AttemptLimiter {

  private static final int CLIENTS = 10_000;
  private static final int NETWORK_BYTES = 8;

  private final int attempts;
  private final long periodNanos;
  private final LongSupplier nanoTime;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > CLIENTS;
        }
      };

  /** The attempts left, and until when they are reckoned. */
  private record Bucket(int left, long sinceNanos) {}

  /**
   * Makes a limiter.
   *
   * @param attempts how many may fail at once
   * @param period after which one more may
   * @param nanoTime a clock that never jumps
   */
  AttemptLimiter(int attempts, Duration period, LongSupplier nanoTime) {
    this.attempts = attempts;
    this.periodNanos = period.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Whether a client has no attempt left. */
  synchronized boolean isExhausted(String client) {
    return bucket(client).left() <= 0;
  }

  /** Notes that an attempt has failed. */
  synchronized void failed(String client) {
    Bucket now = bucket(client);
    buckets.put(client, new Bucket(Math.max(0, now.left() - 1), now.sinceNanos()));
  }

  /** How many seconds pass until a client has an attempt again, rounded up. */
  long retryAfterSeconds() {
    return Math.max(1, Duration.ofNanos(periodNanos).plusMillis(999).toSeconds());
  }

  private Bucket bucket(String client) {
    long now = nanoTime.getAsLong();
    Bucket last = buckets.getOrDefault(client, new Bucket(attempts, now));
    long back = (now - last.sinceNanos()) / periodNanos;
    int left = (int) Math.min(attempts, last.left() + back);
    return left == attempts
        ? new Bucket(attempts, now)
        : new Bucket(left, last.sinceNanos() + back * periodNanos);
  }

  /**
   * What an address counts as: with IPv6, whoever has one has 2^64 of them, and they count as one.
   */
  static String client(String address) {
    try {
      // Javalin gives the address in digits, which nobody looks up.
      InetAddress parsed = InetAddress.ofLiteral(address);
      return parsed instanceof Inet6Address
          ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), NETWORK_BYTES))
          : address;
    } catch (IllegalArgumentException e) {
      return address;
    }
  }
}
