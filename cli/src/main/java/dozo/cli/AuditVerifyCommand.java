package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.server.audit.AuditFinding;
import dozo.server.audit.AuditHead;
import dozo.server.audit.AuditReport;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code dozo audit verify}. */
@Command(
    name = "verify",
    description = {
      "Check that no entry was changed, removed or put in between.",
      "",
      "It prints the head: the number and hash of the last entry. Note it elsewhere, and --expect"
          + " tells later that all until then is still there. Without, nobody can see that the last"
          + " entries were taken away. It ends with 19 if something is wrong."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo audit verify --repository /srv/dozo",
      "  dozo audit verify --repository /srv/dozo --expect 812:5f0c…"
    })
final class AuditVerifyCommand extends DozoCommand {

  @ArgGroup(validate = false, heading = "%nRepository:%n", order = 10)
  private AuditOptions where = new AuditOptions();

  @Option(
      names = "--expect",
      paramLabel = "SEQ:HASH",
      description = "An entry that has to be there, as it was printed or logged earlier.")
  private @Nullable String expected;

  AuditVerifyCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    Optional<AuditHead> noted = Optional.ofNullable(expected).map(AuditHead::parse);
    AuditReport report = where.open(secrets()).verify(noted);
    output.json(
        "result",
        json ->
            json.put("sound", report.isSound())
                .put("entries", report.entries())
                .put("first", report.first())
                .put("head", report.head().toString())
                .put("unfinishedBytes", report.unfinishedBytes())
                .put(
                    "findings",
                    report.findings(),
                    (inner, finding) ->
                        inner
                            .put("file", finding.file())
                            .put("offset", finding.offset())
                            .put("what", finding.what()))
                .put("moreFindings", report.moreFindings()));
    for (AuditFinding finding : report.findings()) {
      output.line("WRONG " + place(finding) + finding.what());
    }
    if (report.moreFindings() > 0) {
      output.line("and " + report.moreFindings() + " more");
    }
    output.line(summary(report));
    output.line("Head " + report.head());
    if (report.first() > 1) {
      output.notice("It begins with entry " + report.first() + ": what was before is elsewhere.");
    }
    if (report.unfinishedBytes() > 0) {
      output.notice(
          report.unfinishedBytes()
              + " bytes behind the last entry: it is being written, or a crash cut it off.");
    }
    return report.isSound() ? ExitCode.OK : ExitCode.DAMAGED;
  }

  private static String place(AuditFinding finding) {
    return finding.file().isEmpty() ? "" : finding.file() + ", offset " + finding.offset() + ": ";
  }

  private static String summary(AuditReport report) {
    String entries =
        report.entries() == 1
            ? "1 entry"
            : String.format(Locale.ROOT, "%,d entries", report.entries());
    return report.isSound()
        ? entries + ", all sound"
        : entries + ", " + Quantity.count(report.findings().size(), "fault");
  }
}
