package dozo.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.quickstart.Tool;
import dozo.packaging.BuiltPackage.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the package holds, and that it runs without any other Java. */
final class PackageTest {

  private static final String RELEASE = "0.1.0";

  @TempDir private Path directory;
  private BuiltPackage built;

  @BeforeEach
  void find() throws IOException {
    built = BuiltPackage.find();
  }

  @Test
  void holdsTheCommandTheServiceAndTheirDocuments() throws IOException {
    Map<String, Entry> contents = built.contents();
    assertThat(contents)
        .containsKeys(
            "/usr/share/dozo/dozo.jar",
            "/usr/share/dozo/options.sh",
            "/usr/share/dozo/client-directives.json",
            "/usr/lib/systemd/system/dozo.service",
            "/usr/lib/systemd/system/dozo-key.service",
            "/usr/lib/dozo/runtime/legal/java.base/LICENSE",
            "/usr/share/bash-completion/completions/dozo",
            "/usr/share/man/man1/dozo.1.gz",
            "/usr/share/doc/dozo/README.Debian",
            "/usr/share/doc/dozo/changelog.gz",
            "/usr/share/doc/dozo/copyright",
            "/etc/default/dozo",
            "/etc/dozo/",
            "/etc/dozo/server.yaml");
    for (String program :
        List.of(
            "/usr/bin/dozo",
            "/usr/lib/dozo/new-key-file",
            "/usr/lib/dozo/runtime/bin/java",
            "/usr/lib/dozo/runtime/lib/jspawnhelper")) {
      assertThat(contents.get(program)).isEqualTo(new Entry("-rwxr-xr-x", "root/root"));
    }
    assertThat(contents.keySet())
        .as("what is a repository's is made by its first start")
        .noneMatch(path -> path.startsWith("/var"));
  }

  @Test
  void givesNothingToAnybodyButRoot() throws IOException {
    assertThat(built.contents())
        .allSatisfy((path, entry) -> {
          assertThat(entry.owner()).as(path).isEqualTo("root/root");
          assertThat(entry.rights()).as(path).matches("d?-?rwxr-xr-x|-rw-r--r--");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"preinst", "postinst", "prerm", "postrm"})
  void hasScriptsThatAreSoundAndKnowWhatTheyAreAskedFor(String name) throws IOException {
    Path script = built.control(directory.resolve("control")).resolve(name);
    assertThat(script).isExecutable().content().startsWith("#!/bin/sh\n").contains("\nset -e\n");
    Tool shell = Tool.find("sh").orElseThrow();
    shell.run(null, "-n", script.toString());
    assertThatThrownBy(() -> shell.run(null, script.toString(), "nonsense"))
        .hasMessageContaining(name + " called with unknown argument 'nonsense'");
  }

  @Test
  void leavesWhatAnAdminHasWritten() throws IOException {
    assertThat(built.control(directory.resolve("control")).resolve("conffiles"))
        .content()
        .containsOnlyOnce("/etc/default/dozo")
        .containsOnlyOnce("/etc/dozo/server.yaml")
        .doesNotContain("key");
  }

  /** A later build replaces an earlier one, and a release every build of its snapshots. */
  @Test
  void isOfAVersionThatComesBeforeTheRelease() throws IOException {
    String version = built.field("Version");
    Tool dpkg = Tool.find("dpkg").orElseThrow();
    dpkg.run(null, "--compare-versions", version, "lt", RELEASE);
    assertThat(version).matches("0\\.1\\.0~\\d{14}");
    assertThat(built.field("Package")).isEqualTo("dozo");
    assertThat(built.field("Installed-Size")).matches("[1-9]\\d+");
  }

  /** A server, backups, restores and, where the machine can, a mount. */
  @Test
  void worksWithNoJavaButItsOwn() throws IOException {
    built.unpack(directory);
    Path runtime = directory.resolve("usr/lib/dozo/runtime/bin/java");
    Tool java = new Tool(runtime);
    java.run(
        null,
        "--sun-misc-unsafe-memory-access=allow",
        "-Djava.io.tmpdir=" + Files.createDirectory(directory.resolve("tmp")),
        "-jar",
        directory.resolve("usr/share/dozo/dozo.jar").toString(),
        "train-aot-cache");
  }

  @Test
  @EnabledIfSystemProperty(
      named = "dozo.package.install",
      matches = "true",
      disabledReason = "takes a while: ./dozo test --long package")
  void pleasesLintian() throws IOException {
    assumeThat(Tool.find("lintian")).as("without it the package is NOT checked by it").isPresent();
    Tool.find("lintian")
        .orElseThrow()
        .run(null, "--fail-on", "error,warning", "--allow-root", built.file().toString());
  }
}
