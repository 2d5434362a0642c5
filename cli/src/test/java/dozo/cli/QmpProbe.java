package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a qemu of a test what it has. */
final class QmpProbe implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final SocketChannel channel;
  private final BufferedReader lines;

  QmpProbe(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    lines = new BufferedReader(Channels.newReader(channel, UTF_8));
    lines.readLine();
    ask("qmp_capabilities", "{}");
  }

  JsonNode ask(String command, String arguments) throws IOException {
    String text = "{\"execute\":\"" + command + "\",\"arguments\":" + arguments + "}\n";
    channel.write(UTF_8.encode(text));
    while (true) {
      JsonNode answer = JSON.readTree(lines.readLine());
      if (answer.has("return")) {
        return answer.path("return");
      }
      if (answer.has("error")) {
        throw new IOException(command + ": " + answer);
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
