package dozo.server.net;

import dozo.protocol.Protocol;
import java.time.Duration;

/**
 * What connections may take.
 *
 * @param maximumConnections how many there may be
 * @param helloTimeout how long a client may take to say HELLO
 * @param silence how long a client may say nothing
 * @param stall how long a client may take nothing of what is sent to it
 * @param refusalDelay how long a wrong token waits for its answer
 * @param maximumRefusals how many answers to wrong tokens may wait; beyond, connections are closed
 *     without one
 * @param blockingThreads how many requests of all connections may wait for the engine at a time
 */
public record NetworkLimits(
    int maximumConnections,
    Duration helloTimeout,
    Duration silence,
    Duration stall,
    Duration refusalDelay,
    int maximumRefusals,
    int blockingThreads) {

  /** What a server has that was not told otherwise. */
  public static final NetworkLimits STANDARD =
      new NetworkLimits(
          512,
          Duration.ofSeconds(Protocol.HELLO_SECONDS),
          Duration.ofSeconds(Protocol.SILENCE_SECONDS),
          Duration.ofSeconds(Protocol.SILENCE_SECONDS),
          Duration.ofSeconds(1),
          256,
          Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));

  /** Checks the bounds. */
  public NetworkLimits {
    if (maximumConnections < 1 || maximumRefusals < 1 || blockingThreads < 1) {
      throw new IllegalArgumentException("There must be room for a connection and its requests");
    }
  }

  /** The same with another number of connections. */
  public NetworkLimits withMaximumConnections(int connections) {
    return new NetworkLimits(
        connections, helloTimeout, silence, stall, refusalDelay, maximumRefusals, blockingThreads);
  }

  /** The same with another number of requests that may wait for the engine at a time. */
  public NetworkLimits withBlockingThreads(int threads) {
    return new NetworkLimits(
        maximumConnections, helloTimeout, silence, stall, refusalDelay, maximumRefusals, threads);
  }

  /** The same with other times that a client may take. */
  public NetworkLimits withPatience(Duration hello, Duration silent, Duration stalled) {
    return new NetworkLimits(
        maximumConnections, hello, silent, stalled, refusalDelay, maximumRefusals, blockingThreads);
  }

  /** The same with another bound on answers to wrong tokens that wait. */
  public NetworkLimits withMaximumRefusals(int refusals) {
    return new NetworkLimits(
        maximumConnections, helloTimeout, silence, stall, refusalDelay, refusals, blockingThreads);
  }
}
