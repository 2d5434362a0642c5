package dozo.repository.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.repository.storage.FaultyFiles.Event;
import dozo.repository.storage.FaultyFiles.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FilePublisherTest {

  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir Path root;

  private final FaultyFiles files = new FaultyFiles();
  private Path temporary = Path.of("tmp");
  private Path target = Path.of("target");
  private FilePublisher publisher = new FilePublisher(files, temporary);

  @BeforeEach
  void prepare() throws IOException {
    temporary = Files.createDirectory(root.resolve("tmp"));
    target = Files.createDirectory(root.resolve("named")).resolve("file");
    publisher = new FilePublisher(files, temporary);
  }

  @Test
  void syncsFileBeforeItsNameAndDirectoryAfter() throws IOException {
    publisher.publish(target, CONTENT);

    assertThat(target).hasBinaryContent(CONTENT);
    assertThat(temporary).isEmptyDirectory();
    assertThat(files.events().stream().map(Event::operation))
        .containsExactly(
            Operation.CREATE,
            Operation.APPEND,
            Operation.SYNC,
            Operation.RENAME,
            Operation.SYNC_DIRECTORY);
    assertThat(files.events().getLast().path()).isEqualTo(target.getParent());
  }

  /** A later sync that succeeds says nothing of a name that was there before one that failed. */
  @Test
  void namesNothingElseBeforeASyncThatFails() throws Exception {
    Path named = root.resolve("named");
    Path other = named.resolve("other");
    AtomicReference<Thread> second = new AtomicReference<>();
    CompletableFuture<Void> published = new CompletableFuture<>();
    files.failIf(event -> {
      if (event.operation() == Operation.SYNC_DIRECTORY && second.get() == null) {
        second.set(Thread.ofPlatform().start(() -> publishTo(other, published)));
        await()
            .atMost(1, TimeUnit.MINUTES)
            .until(() -> second.get().getState() == Thread.State.WAITING || published.isDone());
        throw new IOException("injected");
      }
    });

    assertThatThrownBy(() -> publisher.publish(target, CONTENT)).hasMessage("injected");
    published.get(1, TimeUnit.MINUTES);
    assertThat(files.events().stream().filter(event -> event.path().startsWith(named)))
        .containsExactly(
            new Event(Operation.RENAME, target),
            new Event(Operation.SYNC_DIRECTORY, named),
            new Event(Operation.RENAME, other),
            new Event(Operation.SYNC_DIRECTORY, named));
  }

  private void publishTo(Path file, CompletableFuture<Void> published) {
    try {
      publisher.publish(file, CONTENT);
      published.complete(null);
    } catch (IOException e) {
      published.completeExceptionally(e);
    }
  }

  @Test
  void replacesWholeFile() throws IOException {
    publisher.publish(target, new byte[100]);
    publisher.publish(target, CONTENT);

    assertThat(target).hasBinaryContent(CONTENT);
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE", "APPEND", "SYNC", "RENAME"})
  void leavesNothingWhenAnOperationFails(Operation failing) {
    files.failIf(event -> {
      if (event.operation() == failing) {
        throw new IOException("injected");
      }
    });

    assertThatThrownBy(() -> publisher.publish(target, CONTENT)).hasMessage("injected");
    assertThat(target).doesNotExist();
    assertThat(temporary).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(names = {"APPEND", "SYNC"})
  void staysBrokenAfterAFailure(Operation failing) throws IOException {
    try (FilePublisher.Publication publication = publisher.begin(target)) {
      publication.append(ByteBuffer.wrap(CONTENT));
      files.failIf(event -> {
        if (event.operation() == failing) {
          throw new IOException("injected");
        }
      });
      assertThatThrownBy(
              () -> {
                publication.append(ByteBuffer.wrap(CONTENT));
                publication.publish();
              })
          .isInstanceOf(IOException.class);
      files.failIf(event -> {});

      assertThatThrownBy(publication::publish).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> publication.append(ByteBuffer.wrap(CONTENT)))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(target).doesNotExist();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void takesANewNameBackThatCannotBeMadeDurable() throws IOException {
    files.failIf(event -> {
      if (event.operation() == Operation.SYNC_DIRECTORY) {
        throw new IOException("injected");
      }
    });

    assertThatThrownBy(() -> publisher.publishNew(target, CONTENT)).hasMessage("injected");
    assertThat(target).doesNotExist();
    assertThatThrownBy(() -> publisher.publish(target, CONTENT)).hasMessage("injected");
    assertThat(target).as("what may have replaced something").exists();
  }

  @Test
  void discardsWhatAnEarlierProcessLeft() throws IOException {
    Files.write(temporary.resolve("left.tmp"), CONTENT);

    publisher.discardUnfinished();

    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.toList()).isEqualTo(List.of());
    }
  }
}
