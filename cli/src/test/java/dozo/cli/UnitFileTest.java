package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the units for systemd against what the command takes and mounts need. */
class UnitFileTest {

  private static final Path UNITS = Path.of("../systemd");

  private static Map<String, String> service(String file) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    for (String line : Files.readAllLines(UNITS.resolve(file))) {
      int equals = line.indexOf('=');
      if (!line.startsWith("#") && equals > 0) {
        settings.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return settings;
  }

  @ParameterizedTest
  @ValueSource(strings = {"dozo.service", "no-mounts.conf"})
  void startsTheServerWithOptionsThatThereAre(String file) throws IOException {
    List<String> words = Arrays.asList(service(file).getOrDefault("ExecStart", "").split(" ", -1));
    assertThat(words.getFirst()).isEqualTo("/usr/bin/dozo");
    assertThat(words.getLast()).isEqualTo("$DOZO_OPTIONS");
    String[] arguments = words.subList(1, words.size() - 1).toArray(String[]::new);
    Context context = Context.ofProcess();
    assertThat(Main.commandLine(context, arguments[0]).parseArgs(arguments).subcommand())
        .isNotNull();
  }

  /** Each of these hides the server's mounts, or keeps fusermount from making them. */
  @Test
  void letsTheServerMountForOthers() throws IOException {
    assertThat(service("dozo.service").keySet())
        .contains("WatchdogSec", "NotifyAccess")
        .doesNotContain(
            "NoNewPrivileges",
            "ProtectSystem",
            "ProtectHome",
            "PrivateTmp",
            "PrivateDevices",
            "PrivateMounts",
            "ReadWritePaths",
            "ProtectKernelTunables",
            "ProtectKernelModules",
            "ProtectKernelLogs",
            "ProtectControlGroups",
            "ProtectProc",
            "SystemCallFilter",
            "SystemCallArchitectures",
            "RestrictAddressFamilies",
            "RestrictNamespaces",
            "LockPersonality",
            "MemoryDenyWriteExecute");
    assertThat(service("dozo.service")).containsEntry("KillMode", "process");
    assertThat(service("no-mounts.conf")).containsEntry("NoNewPrivileges", "yes");
  }
}
