package dozo.server.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who gets what webhooks send, on this host. */
public final class HookReceiver implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String scheme;
  private final List<Posted> posted = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile String answer = "thanks";

  /** What came. */
  public record Posted(String path, Headers headers, String body) {

    public JsonNode json() {
      return new JsonMapper().readTree(body);
    }

    public List<String> kinds() {
      return json()
          .at("/data/events")
          .valueStream()
          .map(each -> each.path("kind").asString())
          .toList();
    }
  }

  private HookReceiver(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  private static InetSocketAddress free() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  public static HookReceiver plain() throws IOException {
    return new HookReceiver(HttpServer.create(free(), 0), "http");
  }

  public static HookReceiver encrypted(SSLContext context) throws IOException {
    HttpsServer server = HttpsServer.create(free(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new HookReceiver(server, "https");
  }

  public URI url() {
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/hook");
  }

  /** Answers so from now on. */
  public void answer(int nextStatus, String words) {
    answer = words;
    status = nextStatus;
  }

  public List<Posted> posted() {
    return List.copyOf(posted);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      posted.add(
          new Posted(exchange.getRequestURI().getPath(), exchange.getRequestHeaders(), body));
      byte[] words = answer.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Location", url() + "/elsewhere");
      exchange.sendResponseHeaders(status, words.length == 0 ? -1 : words.length);
      exchange.getResponseBody().write(words);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
