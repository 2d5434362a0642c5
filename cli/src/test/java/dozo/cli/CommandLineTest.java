package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

class CommandLineTest {

  private static final Cli CLI = new Cli(Map.of());

  static Stream<CommandLine> commands() {
    List<CommandLine> all = new ArrayList<>();
    CommandLine root = Main.commandLine(Context.ofProcess(), "");
    for (CommandLine command : root.getSubcommands().values()) {
      all.add(command);
      all.addAll(command.getSubcommands().values());
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandIsDescribedAndHasAnExampleAndSpeaksJson(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    String name = command.getCommandSpec().qualifiedName();
    assertThat(usage.description()).as("description of %s", name).isNotEmpty();
    assertThat(String.join("\n", usage.footer())).as("examples of %s", name).contains(name);
    assertThat(command.getCommandSpec().optionsMap()).containsKeys("--json", "--help", "--debug");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionAndParameterIsDescribed(CommandLine command) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      requireDescription(command, option, option.longestName());
    }
    command
        .getCommandSpec()
        .positionalParameters()
        .forEach(parameter -> requireDescription(command, parameter, parameter.paramLabel()));
  }

  private static void requireDescription(CommandLine command, ArgSpec arg, String name) {
    String where = command.getCommandSpec().qualifiedName() + " " + name;
    assertThat(arg.description()).as(where).isNotEmpty();
    assertThat(arg.description()[0]).as(where).isNotBlank();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void noOptionTakesASecretItself(CommandLine command) {
    assertThat(command.getCommandSpec().optionsMap().keySet())
        .as(command.getCommandSpec().qualifiedName())
        .doesNotContain("--passphrase", "--password", "--token", "--key", "--new-passphrase");
  }

  @ParameterizedTest
  @EnumSource
  void everyVerbIsListed(Verb verb) {
    assertThat(CLI.run("--help").expect(ExitCode.OK).out()).contains("  " + verb.word() + " ");
  }

  @ParameterizedTest
  @EnumSource
  void everyExitCodeIsInHelpAndInTheHandbook(ExitCode code) throws Exception {
    assertThat(CLI.run("--help").out()).contains(code.meaning());
    assertThat(Files.readString(Path.of("..", "docs", "operations.md")))
        .contains("| " + code.code() + " | `" + code.word() + "` | " + code.meaning() + " |");
  }

  @Test
  void saysWhichCommandsThereAreWhenNoneIsGiven() {
    assertThat(CLI.run().expect(ExitCode.USAGE).err()).contains("Usage: dozo");
  }

  @Test
  void suggestsWhatWasMeant() {
    assertThat(CLI.run("restor").expect(ExitCode.USAGE).err()).contains("dozo restore");
    assertThat(CLI.run("list", "--jsonn").expect(ExitCode.USAGE).err()).contains("--json");
  }

  @Test
  void asksForTheServerThatNobodyNamed() {
    assertThat(CLI.run("list").expect(ExitCode.USAGE).err())
        .contains("--server")
        .contains("--repository");
  }

  @Test
  void tellsErrorsAsJsonWhenAsked() {
    Cli.Outcome outcome = CLI.run("list", "--json").expect(ExitCode.USAGE);
    assertThat(outcome.out()).isEmpty();
    assertThat(Events.members(outcome.err()))
        .containsEntry("type", "error")
        .containsEntry("code", "2")
        .containsEntry("kind", "usage");
  }

  @Test
  void printsACompletionScriptWithEveryVerb() {
    String script = CLI.run("completion").expect(ExitCode.OK).out();
    for (Verb verb : Verb.values()) {
      assertThat(script).contains(verb.word());
    }
  }

  @Test
  void tellsItsVersion() {
    assertThat(CLI.run("--version").expect(ExitCode.OK).out()).startsWith("dozo ");
  }
}
