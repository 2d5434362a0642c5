package dozo.repository.pack;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.function.Supplier;

/** Draws UUIDs of version 4. Safe for use by several threads. */
public final class RandomIds implements Supplier<UUID> {

  private final SecureRandom random;

  /** Draws from a source of randomness. */
  public RandomIds(SecureRandom random) {
    this.random = random;
  }

  @Override
  public UUID get() {
    long most = (random.nextLong() & ~0xf000L) | 0x4000L;
    long least = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(most, least);
  }
}
