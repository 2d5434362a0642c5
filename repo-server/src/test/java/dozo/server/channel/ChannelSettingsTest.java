package dozo.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChannelSettingsTest {

  private static final MailAddress FROM = new MailAddress("dozo@example.org");

  private static MailSettings mail(String host, MailTls tls, List<MailAddress> to) {
    return new MailSettings(
        "mail",
        host,
        25,
        tls,
        Optional.empty(),
        Optional.empty(),
        FROM,
        to,
        EnumSet.allOf(Topic.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://hooks.example.org/dozo",
        "https://10.0.0.5:8443/x?y=z",
        "http://localhost/x",
        "http://127.0.0.1:8080/",
        "http://[::1]:8080/x"
      })
  void takesUrlsThatNobodyListensTo(String url) {
    assertThat(WebhookSettings.parseUrl(url)).hasToString(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://hooks.example.org/s3cret",
        "http://10.0.0.5/s3cret",
        "http://localhost.example.org/s3cret",
        "https://user:s3cret@example.org/",
        "ftp://example.org/s3cret",
        "https:///s3cret",
        "s3cret",
        "https://example.org/s3cret\r\nX: y"
      })
  void refusesOtherUrlsWithoutRepeatingThem(String url) {
    Throwable refused = catchThrowable(() -> WebhookSettings.parseUrl(url));

    assertThat(refused).isInstanceOf(IllegalArgumentException.class).hasNoCause();
    assertThat(refused).message().doesNotContain("s3cret");
  }

  @Test
  void showsOfAUrlOnlyWhereItGoes() {
    WebhookSettings settings =
        new WebhookSettings(
            "chat",
            Optional.of(
                WebhookSettings.parseUrl("https://chat.example.org:8443/hooks/s3cret?t=s3cret")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of());

    assertThat(settings.target()).isEqualTo("https://chat.example.org:8443");
    assertThat(settings).asString().doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a@b", "dozo@example.org", "first.last+tag@mx-1.example.org"})
  void takesAddresses(String text) {
    assertThat(new MailAddress(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dozo",
        "@example.org",
        "dozo@",
        "a@b@c",
        "a@example.org, b@example.org",
        "Dozo <a@example.org>",
        "a@example.org\r\nBcc: b@example.org",
        "\"a b\"@example.org",
        "a (b)@example.org",
        "ä@example.org",
        "a@[127.0.0.1]"
      })
  void refusesWhatIsNotOnePlainAddress(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new MailAddress(text));
  }

  @Test
  void sendsMailInTheClearToThisHostAlone() {
    assertThat(mail("127.0.0.1", MailTls.NONE, List.of(FROM)).host()).isEqualTo("127.0.0.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mail("mail.example.org", MailTls.NONE, List.of(FROM)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mail("mail.example.org", MailTls.STARTTLS, List.of()));
  }

  @Test
  void isToldOfItsTopicsOnly() {
    WebhookSettings settings =
        new WebhookSettings(
            "x",
            Optional.of(WebhookSettings.parseUrl("https://example.org")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of(Topic.JOBS));

    assertThat(settings.wants(EventTest.event("a warning"))).isFalse();
    assertThat(
            settings.wants(
                EventTest.event("x")
                    .as(EventKind.JOB_FAILED, EventTest.event("x").id(), EventTest.NOW, "t", "t")))
        .isTrue();
  }
}
