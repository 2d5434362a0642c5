package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Progress;
import dozo.cli.console.Quantity;
import dozo.cli.secret.SecretKind;
import dozo.cli.secret.SecretPlace;
import dozo.client.BackupJob;
import dozo.client.BackupListener;
import dozo.client.BackupProgress;
import dozo.client.BackupRequest;
import dozo.client.BackupResult;
import dozo.client.ReceiptTrust;
import dozo.client.RetryPolicy;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.manifest.RestorePoint;
import dozo.mount.overlay.OverlayStore;
import dozo.mount.overlay.OverlaySummary;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import dozo.mount.tree.OverlaidPoint;
import dozo.mount.tree.OverlayRequest;
import dozo.protocol.client.ConnectionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dozo overlay commit}. */
@Command(
    name = "commit",
    description = {
      "Save an overlaid restore point as a new one of the same VM.",
      "",
      "Only what was written is read and sent; the result is the overlaid disk, bit for bit. Shut"
          + " the guest down and unmount first. The token has to be one that may back up and read:"
          + " an admin's. Where one may back up and another read, give the latter as restore token."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo overlay commit web-5429e11f",
      "  dozo overlay commit web-5429e11f --discard --token-file admin",
      "  dozo overlay commit web-5429e11f --token-file backup --restore-token-file restore"
    })
final class OverlayCommitCommand extends DozoCommand {

  @ArgGroup(validate = false, heading = "%nServer:%n", order = 10)
  private ServerOptions server = new ServerOptions();

  @Mixin private final OverlayOptions overlays = new OverlayOptions();

  @Parameters(paramLabel = "OVERLAY", description = "The overlay's name.")
  private String name = "";

  @Option(
      names = "--restore-token-file",
      paramLabel = "FILE",
      description =
          "The file of a token that may read what the overlay lies over, if the other may not."
              + " [DOZO_RESTORE_TOKEN_FILE, DOZO_RESTORE_TOKEN]")
  private @Nullable Path restoreTokenFile;

  @Option(names = "--discard", description = "Throw the overlay away once it is committed.")
  private boolean discard;

  OverlayCommitCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    OverlayStore store = overlays.open(secrets());
    OverlaySummary summary = store.summary(name);
    ConnectionSettings settings = server.settings(secrets());
    BackupResult result;
    RestorePoint point;
    try (Access access = ServerAccess.open(reading(settings));
        ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT)) {
      point = beneath(access, summary);
      try (OverlaidPoint overlaid =
              OverlaidPoint.open(point, access, cache, store, OverlayRequest.of(name));
          OverlaySource source = OverlaySource.of(overlaid, access, cache)) {
        output.notice(Quantity.bytes(source.changedBytes()) + " may have changed");
        result = push(request(settings, point, source), output);
      }
    }
    BackupReport.print(result, point.vm(), output);
    if (discard) {
      store.discard(name);
      output.notice("Discarded " + name);
    }
    return ExitCode.OK;
  }

  /** How to reach the server for reading: as for backing up, but with its own token if there is. */
  private ConnectionSettings reading(ConnectionSettings settings) throws IOException {
    SecretKind kind = SecretKind.RESTORE_TOKEN;
    Optional<SecretPlace> place =
        secrets().place(kind, SecretPlace.of(kind, restoreTokenFile, null, null));
    return place.isEmpty()
        ? settings
        : settings.withToken(ServerOptions.token(kind, place.get(), secrets()));
  }

  /** The restore point that an overlay lies over. */
  static RestorePoint beneath(Access access, OverlaySummary overlay) throws IOException {
    return access.list().stream()
        .filter(point -> point.id().equals(overlay.point()))
        .findFirst()
        .orElseThrow(() ->
            new NotFoundException(
                Fault.of("The restore point beneath overlay " + overlay.name() + " is not there")
                    .in("restore point " + overlay.point())
                    .cure(
                        "'dozo undelete' brings it back from the trash, as long as it is there")));
  }

  private BackupRequest request(
      ConnectionSettings settings, RestorePoint point, OverlaySource source) {
    TreeMap<String, String> attributes = new TreeMap<>();
    attributes.put("overlay", name);
    attributes.put("overlay.base", point.id().toString());
    return new BackupRequest(
        settings, point.vm(), source, attributes, RetryPolicy.USUAL, ReceiptTrust.ANY);
  }

  private BackupResult push(BackupRequest request, Output output) throws IOException {
    try (Progress progress = Progress.open(output, name)) {
      BackupJob job = new BackupJob(request, new Display(output, progress));
      try (Interruption _ = Interruption.cancels(job::cancel)) {
        return job.run();
      }
    }
  }

  /** Shows how it goes. */
  private record Display(Output output, Progress progress) implements BackupListener {
    @Override
    public void progressed(BackupProgress now) {
      progress.show(
          new Progress.Step(
              now.readBytes(),
              now.dataBytes(),
              "",
              json -> json.put("sentBytes", now.sentBytes())));
    }

    @Override
    public void readingWhole(String disk, String reason) {
      output.warn(disk + " is read whole: " + reason);
    }

    @Override
    public void committing() {
      output.json("committing", json -> {});
    }

    @Override
    public void retrying(IOException cause, Duration pause) {
      output.warn(cause.getMessage() + " Trying again in " + Quantity.time(pause) + ".");
    }
  }
}
