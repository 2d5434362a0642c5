package dozo.mount.fuse;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a mount point whether anyone is behind it. The question is put on a thread of its own,
 * because the kernel lets nobody out of it while a live but stuck process owes the answer.
 */
enum MountProbe {
  ANSWERS,
  /** The process is gone: the kernel answers ENOTCONN in its place. */
  DEAD,
  SILENT;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  static MountProbe probe(Path mountPoint) throws IOException {
    CompletableFuture<MountProbe> answer = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("dozo-mount-probe")
        .start(() -> answer.complete(ask(mountPoint)));
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return SILENT;
    } catch (ExecutionException e) {
      throw new IOException("cannot probe " + mountPoint, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while probing " + mountPoint, e);
    }
  }

  private static MountProbe ask(Path mountPoint) {
    // Attributes would not do: the kernel remembers them beyond the death of who gave them.
    try (var _ = Files.newDirectoryStream(mountPoint)) {
      return ANSWERS;
    } catch (AccessDeniedException e) {
      // Another user's mount: someone has to be there to deny it.
      return ANSWERS;
    } catch (IOException e) {
      return DEAD;
    }
  }
}
