package dozo.repository.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.repository.storage.CountedFiles;
import dozo.repository.storage.FilePublisher;
import dozo.repository.storage.LocalPackStorage;
import dozo.repository.storage.ReadableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PackHandlesTest {

  private static final int MAXIMUM = 3;

  private final CountedFiles files = new CountedFiles();
  private final Path packs;
  private final LocalPackStorage storage;
  private final PackHandles handles;

  PackHandlesTest(@TempDir Path directory) throws IOException {
    packs = Files.createDirectory(directory.resolve("packs"));
    storage =
        new LocalPackStorage(
            files,
            new FilePublisher(files, Files.createDirectory(directory.resolve("tmp"))),
            packs,
            Files.createDirectory(directory.resolve("trash")));
    storage.prepare();
    handles = new PackHandles(storage, MAXIMUM);
  }

  @AfterEach
  void nothingStaysOpen() {
    handles.close();
    assertThat(files.open()).isZero();
  }

  private Path file(UUID pack) {
    return packs.resolve(pack.toString().substring(0, 2)).resolve(pack + ".pack");
  }

  private UUID pack(int number, String content) throws IOException {
    UUID pack = new UUID(number, number);
    Files.writeString(file(pack), content);
    return pack;
  }

  private String read(UUID pack) throws IOException {
    try (ReadableFile file = handles.open(pack)) {
      return read(file);
    }
  }

  private static String read(ReadableFile file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) file.sizeBytes());
    file.read(0, bytes);
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  @Test
  void opensAPackOnceForReadsThatFollowOneAnother() throws IOException {
    UUID pack = pack(1, "one");
    assertThat(read(pack)).isEqualTo("one");
    assertThat(read(pack)).isEqualTo("one");
    assertThat(files.opened()).isEqualTo(1);
  }

  @Test
  void keepsNoMoreThanItsBoundAndThoseReadLast() throws IOException {
    List<UUID> known = new ArrayList<>();
    for (int i = 0; i < 2 * MAXIMUM; i++) {
      known.add(pack(i, "pack " + i));
      read(known.getLast());
      read(known.getFirst());
      assertThat(files.open()).isLessThanOrEqualTo(MAXIMUM);
    }
    int opened = files.opened();
    read(known.getFirst());
    read(known.getLast());
    assertThat(files.opened()).isEqualTo(opened);
    read(known.get(1));
    assertThat(files.opened()).isEqualTo(opened + 1);
  }

  @Test
  void closesWhatIsReadWhenItsLastReaderDoes() throws IOException {
    UUID pack = pack(1, "one");
    ReadableFile first = handles.open(pack);
    ReadableFile second = handles.open(pack);
    handles.forget(pack);
    first.close();
    first.close();
    assertThat(read(second)).isEqualTo("one");
    assertThat(files.open()).isEqualTo(1);
    second.close();
    assertThat(files.open()).isZero();
  }

  @Test
  void opensWhatWasReplacedAnew() throws IOException {
    UUID pack = pack(1, "one");
    assertThat(read(pack)).isEqualTo("one");
    Files.delete(file(pack));
    Files.writeString(file(pack), "another");
    handles.forget(pack);
    assertThat(read(pack)).isEqualTo("another");
  }

  @Test
  void letsGoOfWhatIsGone() throws IOException {
    UUID pack = pack(1, "one");
    read(pack);
    Files.delete(file(pack));
    handles.forget(pack);
    assertThat(files.open()).isZero();
    assertThatThrownBy(() -> handles.open(pack)).isInstanceOf(NoSuchFileException.class);
  }

  /** A pack that is retired while it is being opened must not be kept: nobody forgets it again. */
  @Test
  void keepsNothingThatWasForgottenWhileItWasOpened() throws IOException {
    UUID pack = pack(1, "one");
    files.whenOpening(() -> handles.forget(pack));
    read(pack);
    assertThat(files.open()).isZero();
  }

  @Test
  void keepsNothingAfterItWasClosed() throws IOException {
    UUID pack = pack(1, "one");
    ReadableFile reader = handles.open(pack);
    handles.close();
    assertThat(read(reader)).isEqualTo("one");
    reader.close();
    assertThat(read(pack)).isEqualTo("one");
    assertThat(files.open()).isZero();
  }

  @Test
  void losesNoHandleToManyReaders() throws Exception {
    List<UUID> known = new ArrayList<>();
    for (int i = 0; i < 3 * MAXIMUM; i++) {
      known.add(pack(i, "pack " + i));
    }
    List<CompletableFuture<Void>> readers = new ArrayList<>();
    for (int reader = 0; reader < 4; reader++) {
      Random random = new Random(reader);
      readers.add(
          CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 2_000; i++) {
              int number = random.nextInt(known.size());
              try {
                assertThat(read(known.get(number))).isEqualTo("pack " + number);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              if (i % 7 == 0) {
                handles.forget(known.get(random.nextInt(known.size())));
              }
            }
          }));
    }
    for (CompletableFuture<Void> reader : readers) {
      reader.get();
    }
    assertThat(files.open()).isLessThanOrEqualTo(MAXIMUM);
  }
}
