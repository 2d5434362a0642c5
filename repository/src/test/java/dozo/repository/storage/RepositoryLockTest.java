package dozo.repository.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.RepositoryLockedException;
import dozo.repository.OtherProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RepositoryLockTest {

  @TempDir Path directory;

  /** Takes the lock, says so, and waits to be killed. */
  static final class Holder {
    private Holder() {}

    @SuppressWarnings("SystemOut")
    static void main(String[] arguments) throws Exception {
      RepositoryLock lock = RepositoryLock.exclusive(Path.of(arguments[0]));
      System.out.println("locked");
      Thread.sleep(60_000);
      lock.close();
    }
  }

  private Path file() {
    return directory.resolve("lock");
  }

  @Test
  void refusesASecondWriterInTheSameProcess() throws IOException {
    try (RepositoryLock lock = RepositoryLock.exclusive(file())) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> RepositoryLock.exclusive(file()))
          .isInstanceOf(RepositoryLockedException.class)
          .hasMessageContaining("this process");
      assertThatThrownBy(() -> RepositoryLock.shared(file()))
          .isInstanceOf(RepositoryLockedException.class);
    }
    RepositoryLock.exclusive(file()).close();
  }

  @Test
  void letsReadersShareAndKeepsWritersOutUntilTheLastIsGone() throws IOException {
    Files.createFile(file());
    RepositoryLock first = RepositoryLock.shared(file()).orElseThrow();
    RepositoryLock second = RepositoryLock.shared(file()).orElseThrow();
    first.close();
    first.close();

    assertThatThrownBy(() -> RepositoryLock.exclusive(file()))
        .isInstanceOf(RepositoryLockedException.class);
    second.close();
    RepositoryLock.exclusive(file()).close();
  }

  @Test
  void tellsWhichProcessHoldsItAndIsFreeOnceThatIsKilled() throws Exception {
    try (OtherProcess other = OtherProcess.start(Holder.class, file().toString())) {
      other.awaitLine("locked");

      assertThatThrownBy(() -> RepositoryLock.exclusive(file()))
          .isInstanceOf(RepositoryLockedException.class)
          .hasMessageContaining("process " + other.pid());
      other.kill();
      RepositoryLock.exclusive(file()).close();
    }
  }

  @Test
  void needsNoFileToRead() throws IOException {
    assertThat(RepositoryLock.shared(file())).isEmpty();
  }
}
