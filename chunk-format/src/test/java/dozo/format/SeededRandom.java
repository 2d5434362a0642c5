package dozo.format;

import java.security.SecureRandom;
import java.util.Random;

/** Randomness that is the same each time, for what asks for a secure source. */
public final class SeededRandom extends SecureRandom {

  private final transient Random random;

  public SeededRandom(long seed) {
    super();
    this.random = new Random(seed);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    random.nextBytes(bytes);
  }

  @Override
  public long nextLong() {
    return random.nextLong();
  }
}
