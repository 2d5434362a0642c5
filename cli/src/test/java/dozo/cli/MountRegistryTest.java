package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.cli.MountRegistry.Running;
import dozo.cli.secret.SecretReader;
import dozo.mount.fuse.MountException;
import dozo.mount.overlay.OverlayState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountRegistryTest {
  private static final String PLACE = "/mnt/web";

  @TempDir private Path directory;
  private MountRegistry registry;

  @BeforeEach
  void open() throws IOException {
    registry =
        MountRegistry.open(
            new SecretReader(Map.of(MountRegistry.VARIABLE, directory.resolve("run").toString())));
  }

  private static RunningMount what() {
    return RunningMount.of(PLACE, null).over("an id", "a name").begunBy("a server", "a \"token\"");
  }

  /** As if another process had written it. */
  private void rewrite(Running running, String from, String to) throws IOException {
    String text = Files.readString(running.file());
    assertThat(text).contains(from);
    Files.writeString(running.file(), text.replace(from, to));
  }

  @Test
  void keepsWhatItIsTold() throws IOException {
    Running claimed = registry.claim(what());
    assertThat(registry.list()).containsExactly(claimed);
    Running serving = registry.serving(claimed.what());
    assertThat(registry.list()).containsExactly(serving);
    assertThat(serving.isServing()).isTrue();
    assertThat(serving.what()).isEqualTo(claimed.what());
    OverlayState full = new OverlayState(OverlayState.Kind.FULL, "no \"room\"\nleft");
    registry.noteOverlay(serving, full);
    registry.notePrefetched(serving, 77);
    assertThat(registry.list()).singleElement().extracting(Running::overlay).isEqualTo(full);
    assertThat(registry.list()).singleElement().extracting(Running::prefetchedBytes).isEqualTo(77L);
    registry.remove(serving);
    registry.noteOverlay(serving, OverlayState.SOUND);
    assertThat(registry.list()).as("what has ended does not come back").isEmpty();
  }

  @Test
  void letsOnlyOneMountOnAPlaceAtATime() throws IOException {
    registry.claim(what());
    assertThatThrownBy(() -> registry.claim(what()))
        .isInstanceOf(MountException.class)
        .hasMessageContaining("is being mounted on by process");
    registry.claim(RunningMount.of("/mnt/other", null));
  }

  @Test
  void takesALaterProcessOfTheNumberForNoneOfOurs() throws IOException {
    Running claimed = registry.claim(what());
    String start = "\"start\":" + claimed.process().start();
    rewrite(claimed, start, "\"start\":1");
    assertThat(registry.list().getFirst().isAlive()).isFalse();
    registry.claim(what());
  }

  @Test
  void forgetsWhoDiedWhereSomebodyServesNow() throws IOException {
    Running dead = registry.claim(what());
    rewrite(dead, "\"start\":" + dead.process().start(), "\"start\":1");
    Files.move(dead.file(), dead.file().resolveSibling("1-1.json"));
    Running serving = registry.serving(what());
    assertThat(registry.list()).containsExactly(serving);
  }

  @Test
  void passesOverFilesThatAreNotItsOwn() throws IOException {
    List<String> strange = List.of("", "{", "[]", "{\"process\":\"x\"}", "{\"since\":\"never\"}");
    for (int i = 0; i < strange.size(); i++) {
      Files.writeString(registry.directory().resolve(i + ".json"), strange.get(i));
    }
    assertThat(registry.list()).isEmpty();
  }
}
