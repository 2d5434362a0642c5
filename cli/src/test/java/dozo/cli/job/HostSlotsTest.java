package dozo.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostSlotsTest {

  @TempDir private Path directory;

  @Test
  void waitsForAPlace() throws Exception {
    HostSlots slots = new HostSlots(directory.resolve("slots"), 2);
    HostSlots.Slot first = slots.take(() -> false).orElseThrow();
    try (HostSlots.Slot _ = slots.take(() -> false).orElseThrow()) {
      CompletableFuture<HostSlots.Slot> third =
          CompletableFuture.supplyAsync(() -> {
            try {
              return slots.take(() -> false).orElseThrow();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      assertThat(third).isNotDone();
      first.close();
      third.get(60, TimeUnit.SECONDS).close();
    }
  }

  @Test
  void countsJobsTogether() throws Exception {
    HostSlots one = new HostSlots(directory, 1);
    HostSlots other = new HostSlots(directory, 1);
    try (HostSlots.Slot _ = one.take(() -> false).orElseThrow()) {
      int[] looks = {0};
      Optional<HostSlots.Slot> none = other.take(() -> looks[0]++ == 2);
      assertThat(none).isEmpty();
    }
    other.take(() -> false).orElseThrow().close();
  }
}
