package dozo.cli;

import dozo.cli.quickstart.Tool;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How to run this very program once more, as another process. */
final class OwnProcess {

  private OwnProcess() {}

  /**
   * Prepares to run a command in a session of its own, if the system has a way: it then outlives
   * the terminal, and a Ctrl-C there does not reach it.
   *
   * @param options of the JVM, which win over those that this one was started with
   */
  static ProcessBuilder detached(List<String> arguments, List<String> options) {
    ProcessBuilder process = running(arguments, options);
    Optional<Tool> setsid = Tool.find("setsid");
    setsid.ifPresent(tool -> process.command().addFirst(tool.path().toString()));
    return process;
  }

  /** Prepares to run a command with the JVM, the options and the classes that run this one. */
  static ProcessBuilder running(List<String> arguments) {
    return running(arguments, List.of());
  }

  /**
   * Prepares to run a command with the JVM, the options and the classes that run this one.
   *
   * @param options of the JVM, which win over those that this one was started with
   */
  static ProcessBuilder running(List<String> arguments, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String word = arguments.isEmpty() ? "" : arguments.getFirst();
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // A debugger, an agent or making a recording belongs to one process.
      if (!option.startsWith("-agent")
          && !option.startsWith("-javaagent")
          && !Recording.isMade(option)) {
        command.add(Recording.ofCommand(option, word));
      }
    }
    command.addAll(options);
    String classes = System.getProperty("java.class.path");
    if (classes.endsWith(".jar") && !classes.contains(File.pathSeparator)) {
      command.addAll(List.of("-jar", classes));
    } else {
      command.addAll(List.of("-cp", classes, Main.class.getName()));
    }
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }
}
