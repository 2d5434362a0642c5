package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Progress;
import dozo.cli.console.Quantity;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dozo verify}. */
@Command(
    name = "verify",
    description = {
      "Read restore points whole and check every byte of them.",
      "",
      "Each chunk is decrypted and its authentication checked; nothing is written anywhere. What"
          + " restore points share is read once. Damage is reported chunk by chunk, and the rest is"
          + " read on."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo verify web                              the latest of the VM web",
      "  dozo verify --all --repository /srv/dozo     everything, without a server"
    })
final class VerifyCommand extends DozoCommand {

  @Mixin private final AccessOptions access = new AccessOptions();

  @Parameters(arity = "0..*", paramLabel = "POINT", description = Selection.DESCRIPTION)
  private List<String> points = List.of();

  @Option(names = "--all", description = "Verify all restore points, the newest first.")
  private boolean all;

  VerifyCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    if (all == !points.isEmpty()) {
      throw misuse("Say which restore points to verify, or --all");
    }
    try (Access open = access.open(secrets())) {
      List<RestorePoint> selected = selected(open);
      VerifyFindings findings = verify(open, selected, output);
      report(findings, output);
      return findings.isSound() ? ExitCode.OK : ExitCode.DAMAGED;
    }
  }

  private static VerifyFindings verify(Access open, List<RestorePoint> selected, Output output)
      throws IOException {
    try (Progress progress = Progress.open(output, "verify")) {
      return switch (open) {
        case ServerAccess server -> {
          Verification verification = new Verification(server, progress);
          try (Interruption _ = Interruption.cancels(verification::cancel)) {
            yield verification.run(selected);
          }
        }
        case DirectoryAccess directory -> {
          AtomicBoolean cancelled = new AtomicBoolean();
          Set<RestorePointId> ids =
              selected.stream().map(RestorePoint::id).collect(Collectors.toSet());
          try (Interruption _ = Interruption.cancels(() -> cancelled.set(true))) {
            yield directory.verify(ids, progress, cancelled::get);
          }
        }
      };
    }
  }

  private List<RestorePoint> selected(Access open) throws IOException {
    if (all) {
      return open.list().reversed();
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
                .put(
                    "damages",
                    findings.damages(),
                    (inner, damage) ->
                        inner
                            .put("restorePoint", damage.point().toString())
                            .put("name", damage.name())
                            .put("message", damage.message()))
                .put("moreDamages", findings.moreDamages())
                .put("brokenFiles", findings.brokenFiles())
                .put("sound", findings.isSound()));
    for (String file : findings.brokenFiles()) {
      output.line("BROKEN " + file);
    }
    for (VerifyFindings.Damage damage : findings.damages()) {
      output.line("DAMAGED " + damage.point() + " " + damage.name() + ": " + damage.message());
    }
    if (findings.moreDamages() > 0) {
      output.line("and " + Quantity.count(findings.moreDamages(), "more damage"));
    }
    output.line(
        "%s, %s read: %s"
            .formatted(
                Quantity.count(findings.restorePoints(), "restore point"),
                Quantity.bytes(findings.readBytes()),
                findings.isSound()
                    ? "no damage"
                    : Quantity.count(findings.damages().size(), "damaged place")));
    if (!findings.isSound()) {
      output.notice("Back these VMs up again: data that is still the same heals what is damaged.");
    }
  }
}
