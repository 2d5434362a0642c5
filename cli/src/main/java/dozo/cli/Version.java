package dozo.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Answers {@code dozo --version} from the manifest of the jar that runs. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String dozo =
        Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
            .orElse("(unpackaged)");
    return new String[] {
      "dozo " + dozo, "java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
    };
  }
}
