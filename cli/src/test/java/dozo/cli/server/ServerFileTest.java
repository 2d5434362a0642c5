package dozo.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dozo.cli.config.Answer;
import dozo.cli.config.ConfigException;
import dozo.cli.config.Given;
import dozo.cli.config.Mistake;
import dozo.cli.config.Origin;
import dozo.cli.log.LogFormat;
import dozo.cli.secret.SecretPlace;
import dozo.repository.storage.RoomReserve;
import dozo.server.ServerConfiguration;
import dozo.server.net.NetworkLimits;
import dozo.server.session.SessionLimits;
import dozo.server.upkeep.UpkeepPlan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerFileTest {

  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z\\[\\].-]+)` \\| (.+?) \\| (reload|restart) \\| (.+) \\|");
  private static final String[] OTHER_SECRETS = {
    "new-key-file",
    "passphrase-file",
    "passphrase-command",
    "passphrase-variable",
    "url-file",
    "fingerprint"
  };

  @TempDir private Path directory;

  private ServerSettings read(String text, Map<String, Given> given) throws IOException {
    Map<String, Given> all = new HashMap<>(given);
    all.putIfAbsent("data", new Given(directory.resolve("data").toString(), option("--data")));
    return ServerFile.read(
        Optional.of(Files.writeString(directory.resolve("server.yaml"), text)), all);
  }

  private ServerSettings read(String text) throws IOException {
    return read(text, Map.of());
  }

  private List<String> mistakes(String text, Map<String, Given> given) {
    return catchThrowableOfType(ConfigException.class, () -> read(text, given)).mistakes().stream()
        .map(Mistake::toString)
        .toList();
  }

  private static Origin option(String name) {
    return new Origin.Option(name);
  }

  private static String withoutNumbers(Answer answer) {
    return answer.key().replaceAll("\\[\\d+\\]$", "").replaceAll("\\[\\d+\\]", "[]");
  }

  /** Every key that anybody asks for. */
  private Set<String> asked() throws IOException {
    return read(ExampleKeys.inForce(ServerFile.example(), OTHER_SECRETS)).answers().stream()
        .map(ServerFileTest::withoutNumbers)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theExampleHasEveryKeyAndAnExplanationOfEach() throws Exception {
    List<ExampleKeys.Key> keys = ExampleKeys.of(ServerFile.example());
    Set<String> named =
        keys.stream().map(ExampleKeys.Key::path).collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).as("keys of the example").containsAll(asked());
    Set<String> sections =
        named.stream()
            .filter(key -> named.stream().anyMatch(other -> isBelow(other, key)))
            .collect(Collectors.toSet());
    assertThat(named).isSubsetOf(with(asked(), sections));
    boolean isGroup = false;
    for (ExampleKeys.Key key : keys) {
      isGroup = key.isExplained() || (isGroup && !sections.contains(key.path()));
      assertThat(isGroup || sections.contains(key.path()))
          .as("an explanation above %s", key.path())
          .isTrue();
    }
  }

  private static boolean isBelow(String key, String section) {
    return key.startsWith(section + ".") || key.startsWith(section + "[].");
  }

  private static Set<String> with(Set<String> some, Set<String> others) {
    Set<String> all = new TreeSet<>(some);
    all.addAll(others);
    return all;
  }

  private record Row(String usual, String change) {}

  private static Map<String, Row> documented() throws IOException {
    Map<String, Row> rows = new HashMap<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "configuration.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        assertThat(rows.put(row.group(1), new Row(row.group(2), row.group(3))))
            .as("a second row for %s", row.group(1))
            .isNull();
      }
    }
    return rows;
  }

  @Test
  void theTableHasEveryKeyWithItsDefaultAndHowItChanges() throws Exception {
    Map<String, Row> rows = documented();
    Set<String> asked = asked();
    rows.keySet().removeIf(key -> asked.stream().anyMatch(each -> isBelow(each, key)));
    assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(asked);
    Map<String, String> usual = new HashMap<>();
    ExampleKeys.of(ServerFile.example())
        .forEach(key -> key.usual().ifPresent(value -> usual.put(key.path(), value)));
    rows.forEach((key, row) -> {
      String expected = usual.containsKey(key) ? "`" + usual.get(key) + "`" : "–";
      assertThat(row.usual()).as("default of %s", key).isEqualTo(expected);
      assertThat(row.change())
          .as("how %s changes", key)
          .isEqualTo(Changes.isAtOnce(key) ? "reload" : "restart");
    });
  }

  @Test
  void theDefaultsAreThoseOfTheServer() throws Exception {
    ServerSettings settings = read("");
    ServerConfiguration standard =
        ServerConfiguration.standard(settings.data().server())
            .withAudit(settings.data().repository().resolve("audit"))
            .withUnixSocket(settings.data().server().resolve("dozo.sock"));
    assertThat(settings.configuration())
        .usingRecursiveComparison()
        .ignoringFields("unixSocket", "notifications.server")
        .isEqualTo(standard);
    assertThat(settings.limits())
        .isEqualTo(new LimitSettings(NetworkLimits.STANDARD, SessionLimits.STANDARD));
    assertThat(settings.engine().reserve()).isEqualTo(RoomReserve.STANDARD);
    assertThat(settings.engine().memoryBytes()).isEqualTo(256L << 20);
    assertThat(settings.upkeep()).isEqualTo(UpkeepPlan.NONE);
    assertThat(settings.log()).isEqualTo(new LogSettings(LogFormat.HUMAN, LogSettings.Level.INFO));
    assertThat(settings.mounts()).isPresent();
    assertThat(settings.unlock())
        .isEqualTo(new UnlockSettings(Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @Test
  void theFileOfTheUnitIsInOrder() throws Exception {
    ServerSettings settings = read(Files.readString(Path.of("..", "systemd", "server.yaml")));
    assertThat(settings.init()).isTrue();
    assertThat(settings.unlock().keyFile()).contains(Path.of("/etc/dozo/key"));
    assertThat(settings.log().format()).isEqualTo(LogFormat.LOGFMT);
  }

  @Test
  void theExampleSaysNoMoreThanNoFile() throws Exception {
    assertThat(read(ServerFile.example()).values()).isEqualTo(read("").values());
  }

  @Test
  void readsThePlanOfUpkeep() throws Exception {
    UpkeepPlan plan = read(ExampleKeys.inForce(ServerFile.example(), OTHER_SECRETS)).upkeep();
    assertThat(plan.prune().orElseThrow().at()).hasToString("02:00");
    assertThat(plan.prune().orElseThrow().task().rules()).hasSize(1);
    assertThat(plan.verify().orElseThrow().task().age()).isEqualTo(Duration.ofDays(30));
    assertThat(plan.sweep().bytesPerSecond()).isEqualTo(100L << 20);
    assertThat(plan.json().at("/prune/rules/0/policy/keepWithinYearly").asString())
        .isEqualTo("10y");
  }

  @Test
  void tellsEveryMistakeOfTheFileTheEnvironmentAndOptions() {
    assertThat(
            mistakes(
                """
                drain: 2h
                listen: {protocol: backup1, admin: 80000}
                engine: {memory: 1M, reserve: 20%}
                limits: {session-window: 2G, detached: 0s}
                mounts: {maximum: many}
                log: {format: xml}
                tls: {certificate: a.pem}
                upkeep:
                  prune:
                    rules:
                      - vms: [web]
                      - keep-daily: seven
                  verify: {at: 25:00}
                unlok: {}
                """,
                Map.of(
                    "listen.unix-socket", new Given("x".repeat(200), option("--unix-socket")),
                    "unlock.key-file", new Given("a", new Origin.Variable("DOZO_KEY_FILE")),
                    "unlock.passphrase-file",
                        new Given("b", new Origin.Variable("DOZO_PASSPHRASE_FILE")))))
        .satisfiesExactly(
            m -> assertThat(m).isEqualTo("line 1: drain is to be no longer than 1h"),
            m ->
                assertThat(m)
                    .isEqualTo(
                        "line 2: listen.protocol is to be PORT or HOST:PORT, not \"backup1\""),
            m ->
                assertThat(m)
                    .isEqualTo(
                        "line 2: listen.admin is to be PORT, HOST:PORT or off, not \"80000\""),
            m -> assertThat(m).isEqualTo("line 3: engine.memory is to be 32M or more"),
            m -> assertThat(m).startsWith("line 3: engine.reserve is to be no more than"),
            m -> assertThat(m).isEqualTo("line 4: limits.session-window is to be 1M to 1G"),
            m -> assertThat(m).isEqualTo("line 4: limits.detached is to be 1s to 1d"),
            m -> assertThat(m).startsWith("line 5: mounts.maximum is to be a number from 1 to"),
            m -> assertThat(m).startsWith("line 6: log.format is to be one of human, logfmt, json"),
            m -> assertThat(m).isEqualTo("line 7: tls.key is missing"),
            m -> assertThat(m).startsWith("line 10: upkeep.prune.at is missing"),
            m -> assertThat(m).startsWith("line 11: upkeep.prune.rules[0].keep-last or another"),
            m ->
                assertThat(m)
                    .startsWith("line 12: upkeep.prune.rules[1].keep-daily is to be a number"),
            m -> assertThat(m).startsWith("line 12: upkeep.prune.rules[1].keep-last or another"),
            m -> assertThat(m).startsWith("line 13: upkeep.verify.at is to be a time of day"),
            m -> assertThat(m).isEqualTo("line 13: upkeep.verify.older-than is missing"),
            m -> assertThat(m).startsWith("line 14: unlok is not known; here may be audit, data"),
            m ->
                assertThat(m)
                    .isEqualTo(
                        "DOZO_PASSPHRASE_FILE: unlock.passphrase-file and key-file exclude one"
                            + " another"),
            m -> assertThat(m).startsWith("--unix-socket: listen.unix-socket is to be a path of"));
  }

  @Test
  void optionsStandAboveTheFile() throws Exception {
    ServerSettings settings =
        read(
            "listen: {protocol: 1, admin: off}\nunlock: {key-file: key}\n",
            Map.of(
                "listen.protocol", new Given("127.0.0.1:2", option("--listen")),
                "unlock.passphrase-file", new Given("/p", option("--passphrase-file"))));
    assertThat(settings.listen().protocol())
        .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 2));
    assertThat(settings.listen().admin()).isEmpty();
    assertThat(settings.unlock().keyFile()).isEmpty();
    assertThat(settings.unlock().passphrase()).contains(new SecretPlace.InFile(Path.of("/p")));
    assertThat(settings.answers())
        .contains(
            new Answer("listen.protocol", Optional.of("127.0.0.1:2"), option("--listen")),
            new Answer("listen.admin", Optional.of("off"), new Origin.Line(1)),
            new Answer("unlock.key-file", Optional.empty(), new Origin.Usual()),
            new Answer("drain", Optional.of("30s"), new Origin.Usual()));
  }

  @Test
  void pathsAreRelativeToTheFile() throws Exception {
    ServerSettings settings = read("unlock: {key-file: key}\nrepository: elsewhere\n");
    assertThat(settings.unlock().keyFile()).contains(directory.resolve("key"));
    assertThat(settings.repository()).isEqualTo(directory.resolve("elsewhere"));
    assertThat(settings.audit()).isEqualTo(directory.resolve("elsewhere").resolve("audit"));
  }

  @Test
  void refusesAPlanInTwoPlaces() throws Exception {
    Path json = Files.writeString(directory.resolve("plan.json"), "{\"sweep\":{\"at\":\"01:00\"}}");
    String inline = "upkeep: {sweep: {at: \"02:00\"}}\n";
    Map<String, Given> named =
        Map.of("upkeep.file", new Given(json.toString(), option("--upkeep")));
    assertThat(read(inline, named).upkeep().sweepAt().orElseThrow()).hasToString("01:00");
    assertThat(mistakes("upkeep: {file: plan.json, sweep: {at: \"02:00\"}}\n", Map.of()))
        .singleElement()
        .asString()
        .startsWith("line 1: upkeep.file");
    assertThat(mistakes("upkeep: {file: nowhere.json}\n", Map.of()))
        .singleElement()
        .asString()
        .startsWith("line 1: upkeep.file is not there");
  }

  @Test
  void tellsWhatARunningServerTakesOver() throws Exception {
    Changes changes =
        Changes.between(
            read("drain: 10s\n").values(),
            read("drain: 20s\nengine: {memory: 64M}\nupkeep: {sweep: {at: \"02:00\"}}\n").values());
    assertThat(changes.atOnce())
        .extracting(Changes.Change::key)
        .containsExactly("drain", "upkeep.sweep.at");
    assertThat(changes.afterRestart())
        .containsExactly(
            new Changes.Change("engine.memory", Optional.of("256M"), Optional.of("64M")));
  }
}
