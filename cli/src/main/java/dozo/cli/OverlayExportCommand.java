package dozo.cli;

import dozo.cli.MountRegistry.Running;
import dozo.cli.console.Json;
import dozo.cli.console.Output;
import dozo.cli.console.Progress;
import dozo.cli.console.Quantity;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.mount.overlay.DiskCopy;
import dozo.mount.overlay.OverlayStore;
import dozo.mount.overlay.OverlaySummary;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import dozo.mount.tree.OverlaidDisk;
import dozo.mount.tree.OverlaidPoint;
import dozo.mount.tree.OverlayRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dozo overlay export}. */
@Command(
    name = "export",
    description = {
      "Copy a whole overlaid disk to real storage, while a guest goes on using it.",
      "",
      "The process of the mount copies: everything once, then what is written meanwhile. This"
          + " command returns when the copy keeps up with the guest. Then shut the guest down, or"
          + " pause it, and call again with --switch alone: the mount takes no more writes, the rest"
          + " is copied, and the file gets its name. It has the form of the mounted file. An overlay"
          + " that is not mounted is copied at once; that needs the server or directory. Ctrl-C before"
          + " the copy keeps up gives it up, and leaves nothing."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo overlay export web-5429e11f disk0 /srv/images/web.vhdx",
      "  dozo overlay export web-5429e11f disk0 --switch"
    })
final class OverlayExportCommand extends DozoCommand {
  private static final int POLL_MILLIS = 200;

  @Mixin private final AccessOptions access = new AccessOptions();
  @Mixin private final OverlayOptions overlays = new OverlayOptions();

  @Parameters(index = "0", paramLabel = "OVERLAY", description = "The overlay's name.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "DISK", description = "The disk's name.")
  private String disk = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "FILE",
      description = "Where to copy it; no file has that name yet.")
  private @Nullable Path target;

  @Option(
      names = "--switch",
      description = "Stop writes, copy the rest, and end. With FILE, after the copy.")
  private boolean switchOver;

  OverlayExportCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException, InterruptedException {
    if (target == null && !switchOver) {
      throw misuse("Say where to: dozo overlay export OVERLAY DISK FILE");
    }
    OverlayStore store = overlays.open(secrets());
    OverlaySummary summary = store.summary(name);
    Optional<Running> mounted = mounted(summary);
    if (mounted.isPresent()) {
      askMount(mounted.get().control(), output);
    } else if (target != null) {
      copyAtRest(store, summary, target, output);
    } else {
      throw new NotFoundException(
          Fault.of("The overlay " + name + " is not mounted, so nothing is being exported")
              .cure("give a FILE to copy to"));
    }
    return ExitCode.OK;
  }

  private Optional<Running> mounted(OverlaySummary summary) throws IOException {
    for (Running each : MountRegistry.open(secrets()).list()) {
      if (each.what().overlay().equals(summary.id().toString()) && each.isAlive()) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private void askMount(Path control, Output output) throws IOException, InterruptedException {
    Path file = target;
    if (file != null) {
      Map<String, String> answer =
          MountControl.ask(
              control,
              Json.object(json ->
                  json.put("command", "export")
                      .put("disk", disk)
                      .put("target", file.toAbsolutePath().toString())));
      answer = awaitCopy(control, answer, output);
      output.notice(
          "Copied "
              + Quantity.bytes(number(answer, "copiedBytes"))
              + "; the copy follows what is written");
    }
    if (switchOver) {
      tell(MountControl.ask(control, question("switch")), output);
    } else {
      output.json(
          "following",
          json -> {
            json.put("disk", disk);
            if (file != null) {
              json.put("file", file.toAbsolutePath().toString());
            }
          });
      output.notice(
          "Shut the guest down, then: dozo overlay export " + name + " " + disk + " --switch");
    }
  }

  /** Returns when the copy keeps up with the guest. Whoever no longer waits has it given up. */
  private Map<String, String> awaitCopy(Path control, Map<String, String> first, Output output)
      throws IOException, InterruptedException {
    Map<String, String> answer = first;
    CountDownLatch cancelled = new CountDownLatch(1);
    try (Interruption _ = Interruption.cancels(cancelled::countDown);
        Progress progress = Progress.open(output, disk)) {
      while ("COPYING".equals(answer.get("phase"))) {
        if (cancelled.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          MountControl.ask(control, question("cancel"));
          throw new CancellationException();
        }
        answer = MountControl.ask(control, question("status"));
        progress.show(step(number(answer, "position"), number(answer, "sizeBytes")));
      }
    }
    return answer;
  }

  private static Progress.Step step(long at, long sizeBytes) {
    return new Progress.Step(at, sizeBytes, "", _ -> {});
  }

  private static long number(Map<String, String> answer, String name) {
    return Long.parseLong(answer.getOrDefault(name, "0"));
  }

  private String question(String command) {
    return Json.object(json -> json.put("command", command).put("disk", disk));
  }

  private static void tell(Map<String, String> answer, Output output) {
    long copied = number(answer, "copiedBytes");
    String file = answer.getOrDefault("target", "");
    output.json("exported", json -> json.put("file", file).put("copiedBytes", copied));
    output.line("Exported to " + file + ", " + Quantity.bytes(copied) + " copied");
  }

  private void copyAtRest(OverlayStore store, OverlaySummary summary, Path file, Output output)
      throws IOException {
    try (Access open = access.open(secrets());
        ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT);
        OverlaidPoint overlaid =
            OverlaidPoint.open(
                OverlayCommitCommand.beneath(open, summary),
                open,
                cache,
                store,
                OverlayRequest.of(name))) {
      OverlaidDisk found =
          overlaid.disks().stream()
              .filter(each -> each.entry().name().equals(disk))
              .findFirst()
              .orElseThrow(() ->
                  new NotFoundException(Fault.of("The overlay " + name + " has no disk " + disk)));
      try (DiskCopy copy = new DiskCopy(found.overlay(), file);
          Interruption _ = Interruption.cancels(() -> cancel(copy, open))) {
        long size = found.overlay().sizeBytes();
        try (Progress progress = Progress.open(output, disk)) {
          copy.copyAll(at -> progress.show(step(at, size)));
        }
        copy.finish();
        tell(
            Map.of("target", file.toString(), "copiedBytes", Long.toString(copy.copiedBytes())),
            output);
      }
    }
  }

  private static void cancel(DiskCopy copy, Access open) {
    copy.cancel();
    open.giveUp();
  }
}
