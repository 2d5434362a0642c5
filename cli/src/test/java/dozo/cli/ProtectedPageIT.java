package dozo.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of a server that wants a second admin, tells somebody what happens, and was off for five
 * days.
 */
final class ProtectedPageIT extends PageTesting {

  private static final String FIRST = "anna";
  private static final String SECOND = "bert";
  private static final int MIB = 1 << 20;

  @TempDir static Path directory;

  private final AtomicInteger status = new AtomicInteger(200);
  private final HttpServer receiver;

  ProtectedPageIT() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @Override
  ServerProcess startServer() throws Exception {
    receiver.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status.get(), -1);
          }
        });
    receiver.start();
    try (ServerProcess first = ServerProcess.create(directory)) {
      Cli host = first.local().with("DOZO_NEW_PASSWORD", PASSWORD);
      host.run("user", "add", "--role", "admin", FIRST).expect(ExitCode.OK);
      host.run("user", "add", "--role", "admin", SECOND).expect(ExitCode.OK);
      first
          .cli()
          .run("backup", "--vm", "web", Cli.randomFile(directory.resolve("disk.raw"), MIB, 1))
          .expect(ExitCode.OK);
      first.cli().run("pin", "web", "--admin-port", first.adminPort()).expect(ExitCode.OK);
      first.end();
      ClockIT.turnBack(directory);
      return first.restart("--config", configuration());
    }
  }

  private Path configuration() throws IOException {
    return Files.writeString(
        directory.resolve("server.yaml"),
        """
        protection:
          approval: true
        notifications:
          webhooks:
            - name: ops
              url: http://127.0.0.1:%d/
        """
            .formatted(receiver.getAddress().getPort()));
  }

  @AfterAll
  void stopReceiver() {
    receiver.stop(0);
  }

  private static void approve(Page page, String what) {
    go(page, "Approvals");
    button(page, "Approve " + what).click();
    confirm(page, "Approve");
    assertThat(page.getByText("Approved")).isVisible();
  }

  @Test
  void hasASecondAdminApproveTheTimeAndThenTheEndOfAPin() {
    Page anna = open(FIRST, ColorScheme.LIGHT);
    assertThat(anna.getByText("Nothing is forgotten")).isVisible();
    judge(anna, "clock-jumped");
    button(anna, "Look at the time").click();
    confirm(anna, "It is right");
    assertThat(anna.getByText("It waits for approval")).isVisible();
    Page bert = open(SECOND, ColorScheme.DARK);
    assertThat(bert.getByText("See what")).isVisible();
    go(anna, "Approvals");
    assertThat(button(anna, "Reject believe")).isVisible();
    assertThat(button(anna, "Approve")).isHidden();
    approve(bert, "believe");
    go(bert, "Overview");
    assertThat(bert.getByText("Nothing is forgotten")).isHidden();

    go(anna, "VMs");
    anna.locator("tbody tr").first().locator("a").last().click();
    button(anna, "Take away the pin").click();
    confirm(anna, "Take away");
    assertThat(anna.getByText("It waits for approval")).isVisible();
    go(bert, "Approvals");
    judge(bert, "approvals-protected-dark");
    approve(bert, ".*pin");
    anna.reload();
    assertThat(anna.getByText("It is neither pinned nor held.")).isVisible();
    leave(bert);
    leave(anna);
  }

  @Test
  void triesWhoIsTold() {
    Page page = open(FIRST, ColorScheme.LIGHT);
    go(page, "Notifications");
    button(page, "Test ops").click();
    assertThat(page.getByText("delivered")).isVisible();
    assertThat(page.getByText("works")).isVisible();
    status.set(500);
    button(page, "Test ops").click();
    assertThat(page.getByText("fails")).isVisible();
    judge(page, "notifications-tested");
    status.set(200);
    leave(page);
  }
}
