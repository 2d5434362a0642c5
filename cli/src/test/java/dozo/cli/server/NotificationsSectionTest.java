package dozo.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dozo.cli.config.ConfigException;
import dozo.cli.config.ConfigFile;
import dozo.cli.config.Mistake;
import dozo.protocol.ServerTrust;
import dozo.server.channel.MailSettings;
import dozo.server.channel.MailTls;
import dozo.server.channel.Topic;
import dozo.server.channel.WebhookSettings;
import dozo.server.notify.NotificationSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotificationsSectionTest {

  @TempDir private Path directory;

  private NotificationSettings read(String text) throws IOException {
    Path path = Files.writeString(directory.resolve("server.yaml"), text);
    ConfigFile file = ConfigFile.read(path);
    NotificationSettings settings = NotificationsSection.read(file.root(), directory);
    file.check();
    return settings;
  }

  private List<String> mistakes(String text) {
    return catchThrowableOfType(ConfigException.class, () -> read(text)).mistakes().stream()
        .map(Mistake::toString)
        .toList();
  }

  @Test
  void tellsNobodyWhereNothingIsSaid() throws Exception {
    NotificationSettings settings = read("");

    assertThat(settings.channels()).isEmpty();
    assertThat(settings.server()).isNotBlank();
    assertThat(settings.group()).isEqualTo(NotificationSettings.USUAL_GROUP);
    assertThat(settings.repeat()).isEqualTo(NotificationSettings.USUAL_REPEAT);
    assertThat(settings.summaryAt()).isEmpty();
  }

  @Test
  void readsChannels() throws Exception {
    NotificationSettings settings =
        read(
            """
            name: store
            group: 30s
            repeat: 7d
            summary-at: "07:00"
            timezone: Europe/Berlin
            webhooks:
              - name: ops
                url: https://hooks.example.org/dozo
                secret-file: webhook-secret
                ca: /etc/ssl/own.pem
                tell: [warnings, jobs]
              - name: chat
                url-file: /etc/dozo/chat-url
            mail:
              - name: admins
                host: mail.example.org
                login-file: smtp-login
                from: dozo@example.org
                to: [anna@example.org, bert@example.org]
            """);

    assertThat(settings.server()).isEqualTo("store");
    assertThat(settings.summaryAt()).contains(LocalTime.of(7, 0));
    assertThat(settings.repeat()).isEqualTo(Duration.ofDays(7));
    WebhookSettings ops = (WebhookSettings) settings.channels().get(0);
    assertThat(ops.secretFile()).contains(directory.resolve("webhook-secret"));
    assertThat(ops.trust()).contains(new ServerTrust.Authority(Path.of("/etc/ssl/own.pem")));
    assertThat(ops.topics()).containsExactlyInAnyOrder(Topic.WARNINGS, Topic.JOBS);
    MailSettings mail = (MailSettings) settings.channels().get(2);
    assertThat(mail.tls()).isEqualTo(MailTls.STARTTLS);
    assertThat(mail.port()).isEqualTo(587);
    assertThat(mail.to()).hasSize(2);
    assertThat(mail.topics()).isEqualTo(EnumSet.allOf(Topic.class));
  }

  @Test
  void tellsEveryMistakeAndNoSecret() {
    List<String> mistakes =
        mistakes(
            """
            group: 2h
            summary-at: noon
            webhooks:
              - url: http://hooks.example.org/s3cret
              - name: UPPER
                url: https://example.org
                secret: s3cret
              - name: a
                url: https://example.org
                url-file: x
              - name: b
                tell: [everything]
            mail:
              - name: b
                host: mail.example.org
                tls: none
                from: not an address
                to: ["x@example.org\\r\\nBcc: y@example.org"]
              - name: c
                host: mail.example.org
                tls: none
                from: a@example.org
                to: b@example.org
            """);

    assertThat(mistakes)
        .anySatisfy(m -> assertThat(m).startsWith("line 1: group is to be no longer than 1h"))
        .anySatisfy(m -> assertThat(m).startsWith("line 2: summary-at is to be a time of day"))
        .anySatisfy(m -> assertThat(m).startsWith("line 4: webhooks[0].name is missing"))
        .anySatisfy(m -> assertThat(m).startsWith("line 4: webhooks[0].url is to be https://"))
        .anySatisfy(m -> assertThat(m).startsWith("line 5: webhooks[1].name is to be a name"))
        .anySatisfy(m -> assertThat(m).startsWith("line 7: webhooks[1].secret is not known"))
        .anySatisfy(m -> assertThat(m).startsWith("line 10: webhooks[2].url-file and url"))
        .anySatisfy(m -> assertThat(m).startsWith("line 11: webhooks[3].url is missing"))
        .anySatisfy(m -> assertThat(m).startsWith("line 12: webhooks[3].tell is to be some of"))
        .anySatisfy(m -> assertThat(m).startsWith("line 14: mail[0].name is another channel's"))
        .anySatisfy(m -> assertThat(m).startsWith("line 17: mail[0].from is to be an address"))
        .anySatisfy(m -> assertThat(m).startsWith("line 18: mail[0].to is to be addresses"))
        .anySatisfy(m -> assertThat(m).startsWith("line 21: mail[1].tls cannot be so"))
        .noneSatisfy(m -> assertThat(m).contains("s3cret"));
  }
}
