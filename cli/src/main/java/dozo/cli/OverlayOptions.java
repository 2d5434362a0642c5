package dozo.cli;

import dozo.cli.secret.SecretReader;
import dozo.mount.overlay.OverlayStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where overlays are. */
final class OverlayOptions {
  static final String VARIABLE = "DOZO_OVERLAYS";

  @Option(
      names = "--overlays",
      paramLabel = "DIR",
      description =
          "Where overlays are kept. Default: /var/lib/dozo/overlays for root, else"
              + " ~/.local/state/dozo/overlays. [DOZO_OVERLAYS]")
  private @Nullable Path directory;

  /** Opens the directory, which is made if it is not there. */
  OverlayStore open(SecretReader secrets) throws IOException {
    OverlayStore store =
        OverlayStore.open(
            Optional.ofNullable(directory)
                .or(() -> secrets.variable(VARIABLE).map(Path::of))
                .orElseGet(() -> StateDirectory.usual("overlays", secrets)));
    store.deleteRubbish();
    return store;
  }
}
