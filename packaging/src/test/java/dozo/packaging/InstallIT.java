package dozo.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The life of the package on a bare Debian, under a systemd that is real. */
@EnabledIfSystemProperty(
    named = "dozo.package.install",
    matches = "true",
    disabledReason = "takes minutes and a network: ./dozo test --long package")
final class InstallIT {

  private static final String LATER = "99.0";
  private static final String AS_SERVICE = "runuser -u dozo -- ";
  private static final String OPENED = " --repository /var/lib/dozo --key-file /etc/dozo/key ";
  private static final String LOCAL = " --server unix:/var/lib/dozo/server/dozo.sock ";

  private static final Pattern EXPOSURE =
      Pattern.compile("Overall exposure level for \\S+: (\\d+\\.\\d)");

  @TempDir private static Path made;
  private static Path bare;
  private static Path later;

  @TempDir private Path directory;
  private BareDebian system;

  @BeforeAll
  static void make() throws IOException {
    assumeThat(System.getProperty("user.name")).as("only root boots a system").isEqualTo("root");
    BuiltPackage built = BuiltPackage.find();
    later = built.as(LATER, made);
    bare = made.resolve("bare");
    BareDebian.make(bare, Files.copy(built.file(), made.resolve("dozo_first.deb")));
  }

  @AfterAll
  static void remove() throws IOException {
    BareDebian.remove(bare);
  }

  @BeforeEach
  void boot() throws IOException {
    system = BareDebian.boot(bare, directory);
  }

  @AfterEach
  void end() throws IOException {
    system.close();
  }

  @Test
  void installsStartsUpgradesAndLeavesTheRepositoryAlone() throws IOException {
    install("dozo_first.deb");
    isServed();
    String key = system.run("stat -c '%a %U' /etc/dozo/key; sha256sum /etc/dozo/key");
    assertThat(key).startsWith("600 dozo");
    assertThat(system.run("journalctl --no-pager -o cat -p warning -u dozo-key"))
        .contains("Keep a copy of it away from this host");
    assertThat(system.run(AS_SERVICE + "dozo doctor --data /var/lib/dozo --key-file /etc/dozo/key"))
        .contains("Dozo works here")
        .contains("/var/lib/dozo of dozo");
    assertThat(system.run("ls /var/cache/dozo")).contains("starts.aot", "starts-server.aot");
    assertThat(exposure("dozo")).isLessThanOrEqualTo(7.5);
    assertThat(exposure("dozo-key")).isLessThanOrEqualTo(1.5);

    backUp();
    isRestored();
    tellsByMail();
    String mounted = mount();

    String before = system.run("systemctl show -p MainPID dozo");
    Files.copy(later, system.root().resolve("dozo_later.deb"));
    install("dozo_later.deb");
    assertThat(system.run("dpkg-query -W -f '${Version}' dozo")).isEqualTo(LATER);
    isServed();
    assertThat(system.run("systemctl show -p MainPID dozo")).isNotEqualTo(before);
    assertThat(system.run("journalctl --no-pager -o cat -u dozo"))
        .as("it drains, and ends by itself")
        .doesNotContain("code=killed")
        .doesNotContain("timed out");
    isRestored();
    system.run(AS_SERVICE + "cmp /disk.raw " + mounted);

    assertThat(system.run("apt-get remove --yes dozo 2>&1")).contains("/var/lib/dozo/mounts");
    assertThat(system.tell("systemctl is-active dozo")).doesNotStartWith("active");
    assertThat(system.root().resolve("usr/bin/dozo")).doesNotExist();
    system.run(AS_SERVICE + "fusermount3 -u " + mounted.substring(0, mounted.lastIndexOf('/')));

    String kept = files("/var/lib/dozo");
    assertThat(kept).contains("/repository/", "/server/", "/boot-traces/");
    assertThat(system.run("apt-get purge --yes dozo 2>&1"))
        .contains("/var/lib/dozo stays")
        .contains("/etc/dozo/key stays");
    assertThat(files("/var/lib/dozo")).isEqualTo(kept);
    assertThat(system.root().resolve("etc/default/dozo")).doesNotExist();
    assertThat(system.root().resolve("etc/dozo/server.yaml")).doesNotExist();
    assertThat(system.root().resolve("var/cache/dozo")).doesNotExist();
    assertThat(system.root().resolve("usr/lib/dozo")).doesNotExist();

    install("dozo_first.deb");
    isServed();
    isRestored();
    assertThat(system.run("stat -c '%a %U' /etc/dozo/key; sha256sum /etc/dozo/key")).isEqualTo(key);

    system.run("mv /etc/dozo/key /root/key");
    assertThatThrownBy(() -> system.run("systemctl restart dozo"))
        .hasMessageContaining("dozo.service failed");
    assertThat(system.root().resolve("etc/dozo/key"))
        .as("no other key would open what is there")
        .doesNotExist();
    system.run("systemctl stop dozo; mv /root/key /etc/dozo/key; systemctl start dozo");
    isRestored();
  }

  /** The unit that is locked up as far as goes starts, and serves. */
  @Test
  void runsWithoutRightsWhereItMountsNothing() throws IOException {
    install("dozo_first.deb");
    isServed();
    system.run(
        """
        mkdir /etc/systemd/system/dozo.service.d
        cp /usr/share/doc/dozo/examples/no-mounts.conf /etc/systemd/system/dozo.service.d/
        systemctl daemon-reload
        systemctl restart dozo
        """);
    isServed();
    assertThat(exposure("dozo")).isLessThanOrEqualTo(1.1);
    backUp();
    isRestored();
    tellsByMail();
  }

  /** The watchdog ends a server that stands still, and systemd starts another. */
  @Test
  void isReplacedWhenItHangs() throws IOException {
    install("dozo_first.deb");
    isServed();
    system.run(
        """
        mkdir /etc/systemd/system/dozo.service.d
        printf '[Service]\nWatchdogSec=20\n' >/etc/systemd/system/dozo.service.d/watchdog.conf
        systemctl daemon-reload
        systemctl restart dozo
        """);
    isServed();
    backUp();
    String before = system.run("systemctl show -P MainPID dozo").strip();
    system.run("kill -STOP " + before);
    await()
        .atMost(Duration.ofMinutes(5))
        .until(() -> system.tell("systemctl show -P NRestarts dozo").equals("1\n"));
    await()
        .atMost(Duration.ofMinutes(5))
        .until(() -> system.tell("systemctl is-active dozo").equals("active\n"));
    assertThat(system.run("journalctl --no-pager -o cat -u dozo")).contains("Watchdog timeout");
    assertThat(system.run("systemctl show -P MainPID dozo").strip()).isNotEqualTo(before);
    isRestored();
  }

  /** What systemd says of a unit, from 0.0, safe, to 10.0. */
  private double exposure(String unit) throws IOException {
    String said = system.run("systemd-analyze --no-pager security " + unit + ".service");
    Matcher level = EXPOSURE.matcher(said);
    assertThat(level.find()).as(said).isTrue();
    return Double.parseDouble(level.group(1));
  }

  /** The files below a directory, with what is in them. */
  private String files(String directory) throws IOException {
    return system.run("find " + directory + " -type f -exec sha256sum {} + | sort -k 2");
  }

  private void tellsByMail() throws IOException {
    try (InputStream script =
        Objects.requireNonNull(InstallIT.class.getResourceAsStream("mail-sink.pl"))) {
      Files.copy(script, system.root().resolve("mail-sink.pl"));
    }
    system.run("systemd-run --quiet -p StandardOutput=file:/mail perl /mail-sink.pl 2525");
    system.run(
        """
        cat >>/etc/dozo/server.yaml <<'END'

        notifications:
          mail:
            - name: office
              host: 127.0.0.1
              port: 2525
              tls: none
              from: dozo@example.org
              to: [admins@example.org]
        END
        systemctl restart dozo
        """);
    isServed();
    assertThat(system.run(remote("notify test"))).contains("office", "yes", "250 taken");
    assertThat(system.run("cat /mail")).contains("RCPT TO:<admins@example.org>", "Subject: [Dozo");
  }

  private void install(String file) throws IOException {
    system.run("apt-get install --yes --no-install-recommends /" + file + " 2>&1");
  }

  private void isServed() throws IOException {
    assertThat(system.tell("systemctl is-active dozo; systemctl is-enabled dozo"))
        .as(system.tell("journalctl --no-pager -u dozo -u dozo-key | tail -n 40"))
        .isEqualTo("active\nenabled\n");
    assertThat(system.tell("systemctl reload dozo && echo reloaded")).isEqualTo("reloaded\n");
  }

  /** Gives clients what they need, and pushes a disk of noise, text and holes. */
  private void backUp() throws IOException {
    system.run(
        """
        head -c 16M /dev/urandom >/disk.raw
        seq 3000000 | head -c 16M >>/disk.raw
        truncate -s 64M /disk.raw
        chmod 644 /disk.raw
        """);
    system.run(
        AS_SERVICE + "dozo token create" + OPENED + "--role admin -o /var/lib/dozo/token first");
    await("the server takes note of the token")
        .atMost(Duration.ofMinutes(5))
        .until(() -> system.tell(remote("list && echo known")).endsWith("known\n"));
    system.run(remote("backup --vm web /disk.raw"));
  }

  /** A command over the network, as from another host. */
  private static String remote(String command) {
    return "export DOZO_SERVER=localhost DOZO_TOKEN_FILE=/var/lib/dozo/token DOZO_FINGERPRINT=$("
        + "journalctl -o cat -u dozo | awk '$1 == \"Fingerprint\" { last = $2 } END { print last }')"
        + "; dozo "
        + command;
  }

  private void isRestored() throws IOException {
    system.run(
        "rm -f /restored.raw; dozo restore web -o /restored.raw"
            + LOCAL
            + "&& cmp /disk.raw /restored.raw");
  }

  /** Has the server mount, and returns the path of the disk there. */
  private String mount() throws IOException {
    system.run(remote("mount --on-server web machine"));
    String disk = "/var/lib/dozo/mounts/machine/disk0.raw";
    system.run(AS_SERVICE + "cmp /disk.raw " + disk);
    assertThat(system.run("dozo mounts; " + AS_SERVICE + "dozo mounts")).contains("machine");
    return disk;
  }
}
