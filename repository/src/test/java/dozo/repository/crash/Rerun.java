package dozo.repository.crash;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Adds to a failure the line that runs it again. */
final class Rerun implements TestExecutionExceptionHandler {

  /** What chooses everything that is left to chance. */
  static final long SEED = Long.getLong("dozo.crash.seed", 1L);

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
    String test = context.getRequiredTestClass().getSimpleName();
    throw new AssertionError(failure.getMessage() + "; " + line(test, SEED), failure);
  }

  static String line(String test, long seed) {
    return "rerun: mvn -pl repository -am test -Dtest="
        + test
        + " -Dsurefire.failIfNoSpecifiedTests=false -Ddozo.crash.seed="
        + seed;
  }
}
