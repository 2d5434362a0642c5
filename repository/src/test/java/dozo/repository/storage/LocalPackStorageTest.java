package dozo.repository.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.repository.storage.FaultyFiles.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalPackStorageTest extends PackStorageContract {

  @TempDir Path root;

  private final FaultyFiles files = new FaultyFiles();

  @Override
  LocalPackStorage storage() throws IOException {
    Path packs = Files.createDirectory(root.resolve("packs"));
    Path trash = Files.createDirectory(root.resolve("trash"));
    FilePublisher publisher = new FilePublisher(files, Files.createDirectory(root.resolve("tmp")));
    LocalPackStorage storage = new LocalPackStorage(files, publisher, packs, trash);
    storage.prepare();
    return storage;
  }

  @Test
  void ignoresFilesThatAreNoPacks() throws IOException {
    LocalPackStorage storage = storage();
    Path group = root.resolve("packs/0b");
    Files.write(group.resolve("notes.txt"), new byte[1]);
    Files.write(group.resolve("1b6e7e2c-3c0f-4d1d-9a55-1f6f2d7f4c11.pack"), new byte[1]);
    Files.write(root.resolve("packs/stray"), new byte[1]);

    assertThat(storage.list()).isEmpty();
  }

  @Test
  void createsNoDirectoryTwice() throws IOException {
    LocalPackStorage storage = storage();
    int before = files.events().size();

    storage.prepare();

    assertThat(files.events().subList(before, files.events().size()))
        .noneMatch(event -> event.operation() == Operation.CREATE_DIRECTORY);
  }

  @Test
  void makesTheNewNameDurableBeforeTheOldOneIsGone() throws IOException {
    LocalPackStorage storage = storage();
    UUID id = UUID.fromString("0b6e7e2c-3c0f-4d1d-9a55-1f6f2d7f4c11");
    try (PackStorage.Upload upload = storage.begin(id)) {
      upload.append(ByteBuffer.wrap(new byte[10]));
      upload.publish();
    }
    int before = files.events().size();

    storage.retire(List.of(id, new UUID(1, 2)), Instant.parse("2026-11-21T12:00:00.9Z"));

    Path retired = root.resolve("trash/20261121T120000Z-" + id + ".pack");
    assertThat(files.events().subList(before, files.events().size()))
        .containsExactly(
            new FaultyFiles.Event(Operation.RENAME, retired),
            new FaultyFiles.Event(
                Operation.RENAME,
                root.resolve("trash/20261121T120000Z-" + new UUID(1, 2) + ".pack")),
            new FaultyFiles.Event(Operation.SYNC_DIRECTORY, root.resolve("trash")),
            new FaultyFiles.Event(Operation.SYNC_DIRECTORY, root.resolve("packs/0b")));
    assertThat(retired).exists();
  }

  @Test
  void leavesNothingWhenPublishingFails() throws IOException {
    LocalPackStorage storage = storage();
    files.failIf(event -> {
      if (event.operation() == Operation.SYNC) {
        throw new IOException("injected");
      }
    });

    try (PackStorage.Upload upload = storage.begin(new UUID(1, 2))) {
      upload.append(ByteBuffer.wrap(new byte[10]));
      assertThatThrownBy(upload::publish).hasMessage("injected");
    }

    assertThat(storage.list()).isEmpty();
    assertThat(root.resolve("tmp")).isEmptyDirectory();
  }
}
