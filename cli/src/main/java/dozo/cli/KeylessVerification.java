package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Progress;
import dozo.cli.console.Quantity;
import dozo.repository.keyless.KeylessCheck;
import dozo.repository.keyless.KeylessReport;
import java.io.IOException;
import java.nio.file.Path;

/** Checks the checksums in a directory, and tells what they say. For one use. */
final class KeylessVerification {

  private final Output output;

  KeylessVerification(Output output) {
    this.output = output;
  }

  ExitCode run(Path directory) throws IOException {
    KeylessReport report;
    try (Progress progress = Progress.open(output, "verify")) {
      report =
          KeylessCheck.check(
              directory, done -> progress.show(new Progress.Step(done, 0, "", json -> {})));
    }
    output.json(
        "result",
        json ->
            json.put("packs", report.packs())
                .put("files", report.files())
                .put("readBytes", report.bytes())
                .put(
                    "damages",
                    report.damages(),
                    (inner, damage) ->
                        inner
                            .put("file", damage.file().toString())
                            .put("offset", damage.offset())
                            .put("lengthBytes", damage.lengthBytes())
                            .put("message", damage.what()))
                .put("sound", report.isSound()));
    for (KeylessReport.FileDamage damage : report.damages()) {
      output.line(
          "DAMAGED %s, offset %d, %d bytes: %s"
              .formatted(damage.file(), damage.offset(), damage.lengthBytes(), damage.what()));
    }
    output.line(
        "%s and %s, %s read: %s"
            .formatted(
                Quantity.count(report.packs(), "pack"),
                Quantity.count(report.files(), "other file"),
                Quantity.bytes(report.bytes()),
                report.isSound()
                    ? "all checksums fit"
                    : Quantity.count(report.damages().size(), "damaged place")));
    return report.isSound() ? ExitCode.OK : ExitCode.DAMAGED;
  }
}
