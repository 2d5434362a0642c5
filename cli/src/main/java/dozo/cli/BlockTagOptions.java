package dozo.cli;

import dozo.cli.secret.SecretReader;
import dozo.client.tags.BlockTagStore;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether it is remembered how the blocks of disks were, and where. */
final class BlockTagOptions {
  private static final String VARIABLE = "DOZO_BLOCK_TAGS";

  @Option(
      names = "--no-block-tags",
      description = "Neither remember how the disks' blocks are, nor use what was remembered.")
  private boolean none;

  @Option(
      names = "--block-tags",
      paramLabel = "DIR",
      description =
          "Where it is remembered how the blocks of disks were at their last backup from here, so"
              + " that a full read sends only what changed: 16 bytes for each 64 KiB. Default:"
              + " /var/lib/dozo/block-tags for root, else ~/.local/state/dozo/block-tags."
              + " [DOZO_BLOCK_TAGS]")
  private @Nullable Path directory;

  /** Where tags are kept, if they are. */
  Optional<BlockTagStore> store(SecretReader secrets) {
    if (none) {
      return Optional.empty();
    }
    Path where =
        Optional.ofNullable(directory)
            .or(() -> secrets.variable(VARIABLE).map(Path::of))
            .orElseGet(() -> StateDirectory.usual("block-tags", secrets));
    return Optional.of(new BlockTagStore(where));
  }
}
