package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.server.mounts.MountRefusedException;
import dozo.server.mounts.MountRefusedException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PlacesAtWorkTest {
  private static final Path WEB = Path.of("/mnt/web");

  private final PlacesAtWork places = new PlacesAtWork();

  @Test
  void letsOneMountAtAPlaceAtATime() throws Exception {
    try (PlacesAtWork.Claim _ = places.begin(WEB)) {
      assertThatThrownBy(() -> places.begin(WEB))
          .isInstanceOfSatisfying(
              MountRefusedException.class,
              refused -> assertThat(refused.reason()).isEqualTo(Reason.CONFLICT));
      try (PlacesAtWork.Claim _ = places.begin(Path.of("/mnt/db"))) {
        assertThat(places.count()).isEqualTo(2);
      }
    }
    places.begin(WEB).close();
  }

  @Test
  void lacksNothingWhenWhoJoinedHasLeft() throws Exception {
    try (PlacesAtWork.Claim _ = places.begin(WEB)) {
      places.join(WEB).close();
      assertThat(places.isAtWork(WEB)).isTrue();
    }
    try (PlacesAtWork.Claim _ = places.join(WEB)) {
      assertThatThrownBy(() -> places.begin(WEB)).isInstanceOf(MountRefusedException.class);
    }
    assertThat(places.isAtWork(WEB)).isFalse();
  }

  @Test
  void waitsForWhatIsBeginningAndLetsNothingElseBegin() throws Exception {
    PlacesAtWork.Claim claim = places.begin(WEB);
    CompletableFuture<Void> drained = CompletableFuture.runAsync(places::drain);
    // It refuses from the moment at which it waits, and not before.
    await()
        .untilAsserted(() ->
            assertThatThrownBy(() -> places.begin(Path.of("/mnt/" + System.nanoTime())).close())
                .isInstanceOfSatisfying(
                    MountRefusedException.class,
                    refused -> assertThat(refused.reason()).isEqualTo(Reason.BUSY)));
    assertThat(drained).isNotDone();
    claim.close();
    assertThat(drained).succeedsWithin(Duration.ofSeconds(30));
  }
}
