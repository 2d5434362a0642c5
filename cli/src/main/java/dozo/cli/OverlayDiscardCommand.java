package dozo.cli;

import dozo.cli.console.Output;
import dozo.mount.overlay.OverlayStore;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code dozo overlay discard}. */
@Command(
    name = "discard",
    description = {
      "Throw overlays away, with all that was written to them.",
      "",
      "The restore points beneath stay as they are. One that is mounted is refused."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo overlay discard web-5429e11f")
final class OverlayDiscardCommand extends DozoCommand {

  @Mixin private final OverlayOptions overlays = new OverlayOptions();

  @Parameters(paramLabel = "OVERLAY", arity = "1..*", description = "The overlays' names.")
  private List<String> names = List.of();

  OverlayDiscardCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    OverlayStore store = overlays.open(secrets());
    for (String name : names) {
      store.discard(name);
      output.json("discarded", json -> json.put("overlay", name));
      output.notice("Discarded " + name);
    }
    return ExitCode.OK;
  }
}
