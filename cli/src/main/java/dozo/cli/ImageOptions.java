package dozo.cli;

import dozo.mount.overlay.Face;
import dozo.mount.tree.OverlayRequest;
import java.util.Locale;
import picocli.CommandLine.Option;

/** In which form disks are written to. It counts when an overlay is made. */
final class ImageOptions {

  @Option(
      names = "--face",
      paramLabel = "vhdx|raw",
      defaultValue = "vhdx",
      description = "In which form disks are written to. Default: ${DEFAULT-VALUE}.")
  private String face = "vhdx";

  @Option(
      names = "--block-size",
      paramLabel = "SIZE",
      defaultValue = "2M",
      description = "The block size of a .vhdx, 1M to 256M. Default: ${DEFAULT-VALUE}.")
  private String blockSize = "2M";

  @Option(
      names = "--new-identity",
      description = "Give disks identities of their own, for a clone beside the original.")
  private boolean newIdentity;

  /** Puts both choices together. */
  OverlayRequest request(OverlayChoice.Chosen chosen) {
    long blockBytes = OverlayChoice.size("--block-size", blockSize);
    return new OverlayRequest(
        chosen.name(),
        chosen.limitBytes(),
        face(),
        Math.toIntExact(Math.min(Integer.MAX_VALUE, blockBytes)),
        newIdentity);
  }

  private Face face() {
    return switch (face.toLowerCase(Locale.ROOT)) {
      case "vhdx" -> Face.VHDX;
      case "raw" -> Face.RAW;
      default -> throw new IllegalArgumentException("--face is vhdx or raw, not " + face);
    };
  }
}
