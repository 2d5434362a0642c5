package dozo.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Answers {@code dozo --version} from the manifest of the jar that runs. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "dozo " + number(),
      "java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
    };
  }

  /** What we call ourselves to servers. */
  static String client() {
    return "dozo/" + number();
  }

  private static String number() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("(unpackaged)");
  }
}
