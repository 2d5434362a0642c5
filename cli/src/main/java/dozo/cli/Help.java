package dozo.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.UsageMessageSpec;

/** How help looks. */
final class Help {

  private static final int WIDTH = 100;
  private static final int LONGEST_OPTION = 34;

  private Help() {}

  static void configure(CommandLine root) {
    root.setUsageHelpWidth(WIDTH);
    root.setUsageHelpLongOptionsMaxWidth(LONGEST_OPTION);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setExpandAtFiles(false);
    UsageMessageSpec usage = root.getCommandSpec().usageMessage();
    usage.commandListHeading("");
    usage.exitCodeListHeading("%nExit codes:%n");
    usage.exitCodeList(exitCodes());
    if (root.getSubcommands().size() > 1) {
      root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, Help::commands);
    }
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      codes.put(String.valueOf(code.code()), code.meaning());
    }
    return codes;
  }

  /** The commands under their groups' titles, each with the first line of its description. */
  private static String commands(CommandLine.Help help) {
    StringBuilder text = new StringBuilder();
    for (Verb.Group group : Verb.Group.values()) {
      text.append(System.lineSeparator()).append(group.title()).append(":");
      text.append(System.lineSeparator());
      CommandLine.Help.TextTable table =
          CommandLine.Help.TextTable.forColumns(
              help.colorScheme(),
              new CommandLine.Help.Column(14, 2, CommandLine.Help.Column.Overflow.SPAN),
              new CommandLine.Help.Column(WIDTH - 14, 2, CommandLine.Help.Column.Overflow.WRAP));
      for (Verb verb : Verb.in(group)) {
        CommandLine.Help command = Objects.requireNonNull(help.subcommands().get(verb.word()));
        List<String> description = List.of(command.commandSpec().usageMessage().description());
        table.addRowValues(
            new Ansi.Text[] {
              help.colorScheme().commandText(verb.word()),
              help.colorScheme().text(description.isEmpty() ? "" : description.getFirst())
            });
      }
      text.append(table);
    }
    return text.toString();
  }
}
