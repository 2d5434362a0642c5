package dozo.cli;

import dozo.cli.secret.SecretReader;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import dozo.mount.trace.BootTraceStore;
import dozo.mount.trace.BootTraces;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether boots are traced, and where the traces are. */
final class BootTraceOptions {
  static final String VARIABLE = "DOZO_BOOT_TRACES";

  @Option(
      names = "--no-boot-trace",
      description =
          "Neither record which parts of the disks are read first, nor read ahead what a mount of"
              + " this VM before recorded.")
  private boolean none;

  @Option(
      names = "--boot-traces",
      paramLabel = "DIR",
      description =
          "Where that is kept. Default: /var/lib/dozo/boot-traces for root, else"
              + " ~/.local/state/dozo/boot-traces. [DOZO_BOOT_TRACES]")
  private @Nullable Path directory;

  /** Makes the cache of a mount or export. */
  ReadCache cache(SecretReader secrets) {
    return new ReadCache(
        ReadCacheOptions.DEFAULT, none ? Optional.empty() : Optional.of(traces(secrets)));
  }

  private BootTraces traces(SecretReader secrets) {
    Path where =
        Optional.ofNullable(directory)
            .or(() -> secrets.variable(VARIABLE).map(Path::of))
            .orElseGet(() -> StateDirectory.usual("boot-traces", secrets));
    return new BootTraces(new BootTraceStore(where, Clock.systemUTC()));
  }
}
