package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels of a configuration file, tried by the command on a server that runs. */
final class NotifyIT {

  @TempDir Path directory;

  @Test
  void triesTheChannelsOfAServer() throws Exception {
    AtomicInteger status = new AtomicInteger(200);
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status.get(), -1);
          }
        });
    receiver.start();
    String secret = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);
    Files.writeString(directory.resolve("secret"), secret);
    Path file =
        Files.writeString(
            directory.resolve("server.yaml"),
            """
            notifications:
              webhooks:
                - name: ops
                  url: http://127.0.0.1:%d/s3cret
                  secret-file: secret
            """
                .formatted(receiver.getAddress().getPort()));
    try (ServerProcess first = ServerProcess.create(directory)) {
      assertThat(first.end()).isZero();
      try (ServerProcess server = first.restart("--config", file)) {
        Cli cli = server.cli();
        Object port = server.adminPort();

        assertThat(cli.run("notify", "list", "--admin-port", port).expect(ExitCode.OK).out())
            .contains("ops", "never used")
            .doesNotContain("s3cret");
        assertThat(cli.run("notify", "test", "--admin-port", port).expect(ExitCode.OK).out())
            .contains("ops", "yes", "200");
        status.set(500);
        assertThat(
                cli.run("notify", "test", "ops", "--admin-port", port)
                    .expect(ExitCode.FAILURE)
                    .out())
            .contains("NO", "500");
        cli.run("notify", "test", "other", "--admin-port", port).expect(ExitCode.NOT_FOUND);
        assertThat(cli.run("notify", "list", "--admin-port", port).expect(ExitCode.OK).out())
            .contains("failing since");
      }
    } finally {
      receiver.stop(0);
    }
    assertThat(Files.readString(directory.resolve("server.log"))).doesNotContain("s3cret", secret);
  }
}
