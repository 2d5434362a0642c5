package dozo.cli;

import dozo.mount.image.ImageFormat;
import dozo.mount.overlay.Face;
import dozo.mount.tree.OverlayRequest;
import dozo.mount.tree.ShownFaces;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** In which forms a mount shows disks. For one that is written to it counts when it is made. */
final class ImageOptions {
  /** The usual block size. */
  static final String BLOCK_SIZE = "2M";

  @Option(
      names = "--face",
      paramLabel = "FORMAT",
      split = ",",
      description =
          "In which formats, one or more of raw, vhdx, qcow2, vmdk, vhd. Default: vhdx,raw. With"
              + " --writable vhdx, the default, or raw.")
  private @Nullable List<String> faces;

  @Option(
      names = "--block-size",
      paramLabel = "SIZE",
      defaultValue = BLOCK_SIZE,
      description = "The block size of a .vhdx, 1M to 256M. Default: ${DEFAULT-VALUE}.")
  private String blockSize = BLOCK_SIZE;

  @Option(
      names = "--new-identity",
      description = "Give disks identities of their own, for a clone beside the original.")
  private boolean newIdentity;

  /** Which overlay is wanted, and in which form its disks are written to. */
  OverlayRequest request(OverlayChoice.Chosen chosen) {
    return new OverlayRequest(
        chosen.name(), chosen.limitBytes(), face(), blockBytes(blockSize), newIdentity);
  }

  /**
   * How disks are shown that are only read.
   *
   * @param directory the mount point, from which new identities follow
   */
  ShownFaces shown(Path directory) {
    Set<ImageFormat> formats = EnumSet.noneOf(ImageFormat.class);
    if (faces == null) {
      formats.addAll(ShownFaces.USUAL.formats());
    } else {
      faces.forEach(word -> formats.add(ImageFormat.of(word)));
    }
    return new ShownFaces(
        formats, blockBytes(blockSize), newIdentity ? Optional.of(directory) : Optional.empty());
  }

  /** Reads a block size; one that a VHDX cannot have is refused where it is used. */
  static int blockBytes(String text) {
    return Math.toIntExact(Math.min(Integer.MAX_VALUE, OverlayChoice.size("--block-size", text)));
  }

  /** Puts down in which form disks are written to, for a server. */
  void writeWritable(ObjectNode wish) {
    wish.put("face", face().name().toLowerCase(Locale.ROOT))
        .put("blockSize", blockSize)
        .put("newIdentity", newIdentity);
  }

  /** Puts down how disks are shown that are only read, for a server. */
  void writeReadOnly(ObjectNode wish) {
    if (faces != null) {
      ArrayNode words = wish.putArray("faces");
      faces.forEach(word -> words.add(ImageFormat.of(word).word()));
    }
    wish.put("blockSize", blockSize).put("newIdentity", newIdentity);
  }

  private Face face() {
    if (faces == null) {
      return Face.VHDX;
    }
    if (faces.size() == 1) {
      if (ImageFormat.VHDX.word().equalsIgnoreCase(faces.getFirst())) {
        return Face.VHDX;
      }
      if (ImageFormat.RAW.word().equalsIgnoreCase(faces.getFirst())) {
        return Face.RAW;
      }
    }
    throw new IllegalArgumentException(
        "With --writable, --face is vhdx or raw, not " + String.join(",", faces));
  }
}
