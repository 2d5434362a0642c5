package dozo.server.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.protocol.ServerTrust;
import dozo.protocol.transport.JdkTls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Posts messages as JSON to a URL. */
final class Webhook implements Channel {

  private static final int SUCCESS = 2;
  private static final int REDIRECTION = 3;

  private final WebhookSettings settings;
  private final InstantSource clock;
  private final Patience patience;

  Webhook(WebhookSettings settings, InstantSource clock, Patience patience) {
    this.settings = settings;
    this.clock = clock;
    this.patience = patience;
  }

  @Override
  public WebhookSettings settings() {
    return settings;
  }

  @Override
  public String send(Message message) throws DeliveryException {
    byte[] body = MessageJson.payload(message).toString().getBytes(UTF_8);
    HttpRequest request = request(message, body);
    // One for each message: they are few, and files of authorities may have changed.
    try (HttpClient http = client()) {
      HttpResponse<String> response = answer(http, request);
      http.shutdownNow();
      String said = (response.statusCode() + " " + response.body()).strip();
      if (response.statusCode() / 100 == REDIRECTION) {
        throw new DeliveryException(
            "It answered " + response.statusCode() + ", and redirects are not followed", null);
      }
      if (response.statusCode() / 100 != SUCCESS) {
        throw new DeliveryException("It answered " + said, null);
      }
      return said;
    }
  }

  private URI url() throws DeliveryException {
    if (settings.url().isPresent()) {
      return settings.url().get();
    }
    try {
      return WebhookSettings.parseUrl(
          SecretFile.lines(settings.urlFile().orElseThrow(), 1).getFirst());
    } catch (IllegalArgumentException e) {
      throw new DeliveryException(
          "The file " + settings.urlFile().orElseThrow() + ": " + e.getMessage(), null);
    }
  }

  private HttpRequest request(Message message, byte[] body) throws DeliveryException {
    String id = message.id().toString();
    long now = clock.instant().getEpochSecond();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url())
            .timeout(patience.answer())
            .header("Content-Type", "application/json")
            .header("User-Agent", "dozo")
            .header("webhook-id", id)
            .header("webhook-timestamp", String.valueOf(now))
            .POST(BodyPublishers.ofByteArray(body));
    Optional<String> signature =
        settings.secretFile().isPresent()
            ? Optional.of(WebhookSecret.read(settings.secretFile().get()).sign(id, now, body))
            : Optional.empty();
    signature.ifPresent(it -> request.header("webhook-signature", it));
    return request.build();
  }

  private HttpClient client() throws DeliveryException {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience.connect());
    Optional<ServerTrust> trust = settings.trust();
    if (trust.isPresent()) {
      try {
        builder.sslContext(JdkTls.forClient(trust.get()));
      } catch (IOException e) {
        throw new DeliveryException(DeliveryException.words(e), e);
      }
    }
    return builder.build();
  }

  private HttpResponse<String> answer(HttpClient http, HttpRequest request)
      throws DeliveryException {
    CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, _ -> new FirstWords());
    try {
      return answer.get(patience.answer().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      http.shutdownNow();
      throw new DeliveryException("It did not answer within " + patience.answer(), e);
    } catch (InterruptedException e) {
      http.shutdownNow();
      Thread.currentThread().interrupt();
      throw new DeliveryException("The server is closing", e);
    } catch (ExecutionException e) {
      http.shutdownNow();
      throw new DeliveryException("It cannot be reached: " + DeliveryException.words(e), e);
    }
  }
}
