package dozo.client.leftover;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Steps of which each is tried, and the first failure is kept. For one thread. */
public final class CleanupSteps {

  private final List<IOException> failures = new ArrayList<>();

  /** Something that takes one thing back. */
  public interface Step {
    /** Takes it back, if it is there. */
    void run() throws IOException;
  }

  /** Something that finds out what there is. */
  public interface Look<T> {
    /** Finds out. */
    T get() throws IOException;
  }

  /** Tries a step. */
  public void run(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      add(e);
    }
  }

  /** Tries to find something out; empty if it failed. */
  public <T> Optional<T> get(Look<T> look) {
    try {
      return Optional.of(look.get());
    } catch (IOException e) {
      add(e);
      return Optional.empty();
    }
  }

  private void add(IOException failure) {
    if (!failures.isEmpty()) {
      failures.getFirst().addSuppressed(failure);
    }
    failures.add(failure);
  }

  /** The first failure, which has the others. */
  public Optional<IOException> failure() {
    return failures.stream().findFirst();
  }

  /** Throws the first failure, if there is one. */
  public void finish() throws IOException {
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }
}
