package dozo.cli;

import dozo.format.manifest.RestorePoint;
import dozo.mount.overlay.OverlayStore;
import dozo.mount.overlay.OverlaySummary;
import dozo.repository.sweep.WasteBudget;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Which overlay is written to, and how much it may hold. */
final class OverlayChoice {
  private static final int ID_DIGITS = 8;

  @Option(
      names = "--overlay",
      paramLabel = "NAME",
      description =
          "The overlay, which is made if it is not there. Default: the VM's name and the end of the"
              + " restore point's id.")
  private @Nullable String name;

  @Option(
      names = "--overlay-limit",
      paramLabel = "SIZE",
      description =
          "How much data it may hold, such as 50G; who writes more gets 'no space left'. Default:"
              + " what the file system has.")
  private @Nullable String limit;

  /**
   * What was chosen.
   *
   * @param point the restore point that it lies over
   */
  record Chosen(RestorePoint point, String name, long limitBytes) {}

  /** Finds the restore point, or the one that a known overlay lies over. */
  Chosen choose(OverlayStore store, Access access, String text) throws IOException {
    RestorePoint point = Selection.one(access, text);
    long limitBytes = limit == null ? Long.MAX_VALUE : size("--overlay-limit", limit);
    if (name == null) {
      String id = point.id().toString();
      String usual =
          OverlayStore.nameOf(point.vm().name()) + "-" + id.substring(id.length() - ID_DIGITS);
      return new Chosen(point, usual, limitBytes);
    }
    if (store.exists(name)) {
      // 'web' may have a newer restore point by now; its overlay stays with the one it was made of.
      OverlaySummary known = store.summary(name);
      RestorePoint beneath = OverlayCommitCommand.beneath(access, known);
      if (beneath.vm().isSameVm(point.vm())) {
        point = beneath;
      }
    }
    return new Chosen(point, name, limitBytes);
  }

  /** Puts down what was given, for a server to choose by. */
  void write(ObjectNode wish) {
    if (name != null) {
      wish.put("overlay", name);
    }
    if (limit != null) {
      wish.put("limit", limit);
    }
  }

  static long size(String option, String text) {
    if (WasteBudget.parse(text) instanceof WasteBudget.Bytes(long bytes) && bytes > 0) {
      return bytes;
    }
    throw new IllegalArgumentException(option + " takes a size like 50G, not \"" + text + "\"");
  }
}
