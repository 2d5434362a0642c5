package dozo.cli;

import java.io.PrintStream;
import java.util.Map;

/**
 * What a command has from outside besides its arguments.
 *
 * @param out where results go
 * @param err where everything else goes
 * @param environment the environment variables
 */
record Context(PrintStream out, PrintStream err, Map<String, String> environment) {

  /** Those of this process. */
  static Context ofProcess() {
    return new Context(System.out, System.err, System.getenv());
  }
}
