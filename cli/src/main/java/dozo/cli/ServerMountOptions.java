package dozo.cli;

import dozo.cli.secret.SecretReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where and how a server mounts when its admin API is asked to. */
final class ServerMountOptions {

  @Option(
      names = "--mounts",
      paramLabel = "DIR",
      description = "The only directory that it mounts in, or 'off'. Default: DIR/mounts.")
  private @Nullable String directory;

  @Option(
      names = "--overlays",
      paramLabel = "DIR",
      description =
          "Where what is written to its mounts is kept. Default: DIR/overlays. [DOZO_OVERLAYS]")
  private @Nullable Path overlays;

  @Option(
      names = "--exports",
      paramLabel = "DIR",
      description =
          "Where disks that were written to are copied to when the API is asked to export them."
              + " Default: DIR/exports.")
  private @Nullable Path exports;

  @Option(
      names = "--max-mounts",
      paramLabel = "N",
      defaultValue = ServerMountPlan.USUAL_MAXIMUM,
      description =
          "How many mounts it may have at a time; each takes up to 512 MiB. Default:"
              + " ${DEFAULT-VALUE}.")
  private int maximum;

  @Option(
      names = "--mounts-allow-other",
      description =
          "Let other users of this host into its mounts; needs user_allow_other in /etc/fuse.conf"
              + " unless it runs as root.")
  private boolean allowOther;

  /**
   * Puts it together.
   *
   * @param repository the repository's directory, in which nothing can be mounted
   * @return empty if it is not to mount
   */
  Optional<ServerMountPlan> plan(
      DataDirectory own, Path repository, UUID id, Optional<Path> socket, SecretReader secrets)
      throws IOException {
    if ("off".equals(directory)) {
      return Optional.empty();
    }
    Path mounts = reached(directory == null ? own.root().resolve("mounts") : Path.of(directory));
    Path real = repository.toRealPath();
    if (mounts.startsWith(real) || real.startsWith(mounts)) {
      throw new IllegalArgumentException(
          "--mounts " + mounts + " lies in, or contains, the repository " + real);
    }
    Path kept =
        overlays != null
            ? overlays
            : secrets
                .variable(OverlayOptions.VARIABLE)
                .map(Path::of)
                .orElse(own.root().resolve("overlays"));
    return Optional.of(
        new ServerMountPlan(
            id,
            mounts,
            kept.toAbsolutePath().normalize(),
            (exports != null ? exports : own.root().resolve("exports"))
                .toAbsolutePath()
                .normalize(),
            socket.map(Path::toAbsolutePath),
            maximum,
            allowOther));
  }

  /** The path as the kernel will list it: without links, as far as it is there. */
  private static Path reached(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    if (Files.exists(absolute)) {
      return absolute.toRealPath();
    }
    Path parent = absolute.getParent();
    return parent == null ? absolute : reached(parent).resolve(absolute.getFileName());
  }
}
