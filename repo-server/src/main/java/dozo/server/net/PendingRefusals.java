package dozo.server.net;

import java.util.concurrent.Semaphore;

/**
 * The answers to wrong tokens that wait for their delay. The delay slows whoever guesses; the bound
 * keeps those who guess over many connections from holding many.
 */
final class PendingRefusals {

  private final Semaphore places;

  PendingRefusals(int maximum) {
    places = new Semaphore(maximum);
  }

  /** Takes a place, if there is one. */
  boolean enter() {
    return places.tryAcquire();
  }

  /** Gives the place back. */
  void leave() {
    places.release();
  }
}
