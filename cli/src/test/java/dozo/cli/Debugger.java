package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Holds single threads of another Java process up, as nothing else can from outside. */
final class Debugger implements AutoCloseable {

  private static final String AGENT =
      "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";

  private final VirtualMachine machine;

  private Debugger(VirtualMachine machine) {
    this.machine = machine;
  }

  /** Has a process that is about to start be debugged; its first line says where. */
  static void allowIn(ProcessBuilder builder) {
    List<String> command = builder.command();
    command.add(command.indexOf("-cp"), AGENT);
  }

  /**
   * Attaches to a process.
   *
   * @param line the first that it printed
   */
  static Debugger attach(String line) throws IOException, IllegalConnectorArgumentsException {
    assertThat(line).startsWith("Listening for transport dt_socket at address: ");
    AttachingConnector connector =
        Bootstrap.virtualMachineManager().attachingConnectors().stream()
            .filter(each -> each.name().equals("com.sun.jdi.SocketAttach"))
            .findFirst()
            .orElseThrow();
    Map<String, Connector.Argument> arguments = connector.defaultArguments();
    Objects.requireNonNull(arguments.get("hostname")).setValue("127.0.0.1");
    Objects.requireNonNull(arguments.get("port"))
        .setValue(line.substring(line.lastIndexOf(' ') + 1));
    return new Debugger(connector.attach(arguments));
  }

  /** Has the first thread whose name begins so do nothing more, until this is closed. */
  void holdUp(String name) {
    ThreadReference thread =
        machine.allThreads().stream()
            .filter(each -> each.name().startsWith(name))
            .findFirst()
            .orElseThrow();
    thread.suspend();
  }

  @Override
  public void close() {
    machine.dispose();
  }
}
