package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Progress;
import dozo.cli.console.Quantity;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.verify.VerifyRequest;
import dozo.repository.work.StopSignal;
import dozo.server.ServerConfiguration;
import dozo.server.upkeep.Rate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo verify}. */
@Command(
    name = "verify",
    description = {
      "Read restore points whole and check every byte of them.",
      "",
      "Each chunk is decrypted, its authentication checked, and its id computed. What restore points"
          + " share is read once. Damage is told place by place, and the rest is read on. What is"
          + " damaged is not referred to by any backup any more, so that the next one that has the data"
          + " heals it; with --read-only nothing is changed. Ctrl-C keeps what was found until then.",
      "",
      "A server sends the data here to be checked, which takes a token that may restore. With"
          + " --on-server it checks every pack itself, which takes an operator's token for all VMs."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo verify web                              the latest of the VM web",
      "  dozo verify --all --repository /srv/dozo     everything, without a server",
      "  dozo verify --all --on-server --older-than 30",
      "  dozo verify --all --older-than 30 --rate 52428800 --repository /srv/dozo",
      "  dozo verify --all --no-key --repository /mnt/copy"
    })
final class VerifyCommand extends DozoCommand {

  @Mixin private final AccessOptions access = new AccessOptions();

  @Parameters(arity = "0..*", paramLabel = "POINT", description = Selection.DESCRIPTION)
  private List<String> points = List.of();

  @Option(names = "--all", description = "Verify all restore points, and every pack.")
  private boolean all;

  @Option(names = "--vm", paramLabel = "VM", description = "Verify all restore points of a VM.")
  private @Nullable String vm;

  @Option(
      names = "--older-than",
      paramLabel = "DAYS",
      defaultValue = "0",
      description =
          "With --all, in a directory or with --on-server: read only packs that were not found sound"
              + " for so many days."
              + " Run again after it was stopped, it goes on.")
  private int olderThanDays;

  @Option(
      names = "--rate",
      paramLabel = "SIZE",
      description =
          "In a directory or with --on-server: read at most so much a second, such as 50M.")
  private @Nullable String rate;

  @Option(
      names = "--on-server",
      description =
          "With --all: have the server read and check its packs, and wait for what it finds.")
  private boolean onServer;

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      description =
          "With --on-server: the port of its admin API; "
              + ServerConfiguration.DEFAULT_ADMIN_PORT
              + ".")
  private int adminPort = ServerConfiguration.DEFAULT_ADMIN_PORT;

  @Option(
      names = "--read-only",
      description =
          "In a directory: change nothing there. For copies, and for what cannot be written.")
  private boolean readOnly;

  @Option(
      names = "--no-key",
      description =
          "With --all, in a directory: check the checksums of all files, for which no key is"
              + " needed. May run on a copy, or beside a server.")
  private boolean noKey;

  VerifyCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    if ((all ? 1 : 0) + (vm != null ? 1 : 0) + (points.isEmpty() ? 0 : 1) != 1) {
      throw misuse("Say which restore points to verify, or --vm VM, or --all");
    }
    boolean isDirectory = noKey || access.isDirectory(secrets());
    if (onServer && (isDirectory || readOnly)) {
      throw misuse("--on-server is for a server, and not for a directory or --read-only");
    }
    if (!isDirectory && !onServer && (olderThanDays != 0 || rate != null || readOnly)) {
      throw misuse(
          "--older-than, --rate and --read-only are for a directory; the first two also go with"
              + " --on-server");
    }
    if (!all && (noKey || onServer || olderThanDays != 0)) {
      throw misuse("--no-key, --on-server and --older-than go with --all");
    }
    if (noKey) {
      return new KeylessVerification(output).run(access.directory().requireDirectory(secrets()));
    }
    if (onServer) {
      return verifyOnServer(output);
    }
    try (Access open = open(isDirectory)) {
      return verify(open, selected(open), output);
    }
  }

  private ExitCode verifyOnServer(Output output) throws IOException {
    ObjectNode task = UpkeepCommand.task("verify").put("olderThan", olderThanDays + "d");
    if (rate != null) {
      task.put("rate", rate);
    }
    StopSignal stop = new StopSignal();
    try (ServerUpkeep server = ServerUpkeep.open(access.settings(secrets()), adminPort)) {
      Progress progress = Progress.open(output, "verify");
      return verify(
          () -> VerifyFindings.of(server.run(task, progress, stop)), stop::stop, progress, output);
    }
  }

  private Access open(boolean isDirectory) throws IOException {
    return isDirectory && !readOnly
        ? DirectoryAccess.openForChanges(access.directory(), secrets())
        : access.open(secrets());
  }

  private ExitCode verify(Access open, List<RestorePoint> selected, Output output)
      throws IOException {
    return switch (open) {
      case ServerAccess server -> {
        Progress progress = Progress.open(output, "verify");
        Verification verification = new Verification(server, progress);
        yield verify(() -> verification.run(selected), verification::cancel, progress, output);
      }
      case DirectoryAccess directory -> {
        Progress progress = Progress.open(output, "verify");
        StopSignal stop = new StopSignal();
        VerifyRequest request = request(selected);
        yield verify(() -> directory.verify(request, progress, stop), stop::stop, progress, output);
      }
    };
  }

  /** Work that finds something. */
  private interface Finding {
    VerifyFindings find() throws IOException;
  }

  private static ExitCode verify(Finding finding, Runnable cancel, Progress progress, Output output)
      throws IOException {
    try (Interruption _ = Interruption.cancels(cancel)) {
      VerifyFindings findings;
      try (progress) {
        findings = finding.find();
      }
      report(findings, output); // Before the process may end, if it was told to.
      return findings.code();
    }
  }

  private VerifyRequest request(List<RestorePoint> selected) {
    Set<RestorePointId> ids = selected.stream().map(RestorePoint::id).collect(Collectors.toSet());
    return (all
            ? VerifyRequest.all(true)
            : VerifyRequest.some(point -> ids.contains(point.id()), true))
        .notSince(Duration.ofDays(olderThanDays))
        .withRate(rate == null ? 0 : Rate.parse(rate));
  }

  private List<RestorePoint> selected(Access open) throws IOException {
    String wanted = vm;
    if (all) {
      return open.list().reversed();
    }
    if (wanted != null) {
      List<RestorePoint> ofVm =
          open.list().stream()
              .filter(point ->
                  point.vm().name().equals(wanted) || point.vm().id().toString().equals(wanted))
              .toList();
      if (ofVm.isEmpty()) {
        throw new NotFoundException(
            Fault.of("There is no restore point of that VM")
                .in("VM " + wanted)
                .cure("'dozo list' shows which there are"));
      }
      return ofVm.reversed();
    }
    List<RestorePoint> selected = new ArrayList<>();
    for (String text : points) {
      selected.add(Selection.one(open, text));
    }
    return selected;
  }

  private static void report(VerifyFindings findings, Output output) {
    output.json(
        "result",
        json ->
            json.put("restorePoints", findings.restorePoints())
                .put("readBytes", findings.readBytes())
                .put("packs", findings.packs())
                .put("freshPacks", findings.freshPacks())
                .put("damages", findings.damages(), VerifyFindings::json)
                .put("moreDamages", findings.moreDamages())
                .put("brokenFiles", findings.brokenFiles())
                .put("stopped", findings.isStopped())
                .put("sound", findings.isSound()));
    for (String file : findings.brokenFiles()) {
      output.line("BROKEN " + file);
    }
    for (VerifyFindings.Damage damage : findings.damages()) {
      output.line("DAMAGED " + damage);
    }
    if (findings.moreDamages() > 0) {
      output.line("and " + Quantity.count(findings.moreDamages(), "more damage"));
    }
    output.line(
        "%s%s, %s read: %s"
            .formatted(
                findings.isStopped() ? "Stopped after " : "",
                Quantity.count(findings.restorePoints(), "restore point"),
                Quantity.bytes(findings.readBytes()),
                findings.isSound()
                    ? "no damage"
                    : Quantity.count(
                            findings.damages().size() + findings.moreDamages(), "lost range")
                        + ", "
                        + Quantity.count(findings.brokenFiles().size(), "damaged file")));
    findings.advice().ifPresent(output::notice);
  }
}
