package dozo.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dozo.cli.console.Output;
import dozo.format.key.EmergencySheet;
import dozo.repository.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code dozo key sheet}. */
@Command(
    name = "sheet",
    description = {
      "Print the emergency sheet: the keys themselves, to be put on paper and into a safe.",
      "",
      "Whoever has it reads every backup, without any passphrase. With --emergency-sheet it opens"
          + " the repository when passphrases, key files or all key slots are lost."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo key sheet --repository /srv/dozo | lp",
      "  dozo key sheet --repository /srv/dozo --output /media/safe/dozo-sheet.txt"
    })
final class KeySheetCommand extends KeyPart {

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write it to a new file that only its owner may read, instead.")
  private @Nullable Path file;

  KeySheetCommand(Context context) {
    super(context);
  }

  @Override
  void run(Repository repository, Output output) throws IOException {
    Path target = file;
    try (EmergencySheet sheet = repository.keys().emergencySheet()) {
      byte[] text = sheet.text(Instant.now());
      audit("print-sheet", "");
      try {
        if (target != null) {
          SheetFile.write(target, text);
          output.json("result", json -> json.put("file", target.toString()));
          output.line("Wrote the emergency sheet to " + target);
        } else {
          String lines = new String(text, US_ASCII);
          output.json("result", json -> json.put("sheet", lines));
          lines.lines().forEach(output::line);
        }
      } finally {
        Arrays.fill(text, (byte) 0);
      }
    }
  }
}
