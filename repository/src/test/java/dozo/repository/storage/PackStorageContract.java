package dozo.repository.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.repository.storage.PackStorage.Outcome;
import dozo.repository.storage.PackStorage.RetiredPack;
import dozo.repository.storage.PackStorage.StoredPack;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every storage of packs does. */
abstract class PackStorageContract {

  private static final UUID ID = UUID.fromString("0b6e7e2c-3c0f-4d1d-9a55-1f6f2d7f4c11");

  /** An empty storage. */
  abstract PackStorage storage() throws IOException;

  private static Outcome put(PackStorage storage, UUID id, int... bytes) throws IOException {
    try (PackStorage.Upload upload = storage.begin(id)) {
      for (int b : bytes) {
        upload.append(ByteBuffer.wrap(new byte[] {(byte) b}));
      }
      return upload.publish();
    }
  }

  @Test
  void givesBackRangesOfWhatWasPublished() throws IOException {
    PackStorage storage = storage();

    assertThat(put(storage, ID, 10, 11, 12, 13)).isEqualTo(Outcome.CREATED);

    try (ReadableFile file = storage.open(ID)) {
      ByteBuffer middle = ByteBuffer.allocate(2);
      file.read(1, middle);
      assertThat(middle.array()).containsExactly(11, 12);
      assertThat(file.sizeBytes()).isEqualTo(4);
      assertThatThrownBy(() -> file.read(3, ByteBuffer.allocate(2)))
          .isInstanceOf(EOFException.class);
    }
    assertThat(storage.list()).containsExactly(new StoredPack(ID, 4));
  }

  @Test
  void showsNothingBeforeItIsPublished() throws IOException {
    PackStorage storage = storage();

    try (PackStorage.Upload upload = storage.begin(ID)) {
      upload.append(ByteBuffer.wrap(new byte[10]));
      assertThat(storage.list()).isEmpty();
      assertThatThrownBy(() -> storage.open(ID)).isInstanceOf(NoSuchFileException.class);
    }
    assertThat(storage.list()).isEmpty();
  }

  @Test
  void neverReplacesAnObject() throws IOException {
    PackStorage storage = storage();
    put(storage, ID, 1, 2, 3);

    assertThat(put(storage, ID, 4, 5)).isEqualTo(Outcome.CONFLICT);
    assertThat(storage.list()).containsExactly(new StoredPack(ID, 3));
  }

  @Test
  void knowsTheSameObjectAgain() throws IOException {
    PackStorage storage = storage();
    put(storage, ID, 1, 2, 3);

    assertThat(put(storage, ID, 1, 2, 3)).isEqualTo(Outcome.ALREADY_THE_SAME);
    assertThat(put(storage, ID, 1, 2, 4)).isEqualTo(Outcome.CONFLICT);
  }

  @Test
  void keepsRetiredObjectsUntilTheyArePurged() throws IOException {
    PackStorage storage = storage();
    UUID other = new UUID(ID.getMostSignificantBits(), ID.getLeastSignificantBits() + 1);
    Instant then = Instant.parse("2026-11-21T12:00:00.9Z");
    put(storage, ID, 1, 2, 3);
    put(storage, other, 4);

    storage.retire(List.of(ID, other), then);
    storage.retire(List.of(ID), then.plusSeconds(9));

    assertThat(storage.list()).isEmpty();
    assertThatThrownBy(() -> storage.open(ID)).isInstanceOf(NoSuchFileException.class);
    RetiredPack first = new RetiredPack(ID, then.truncatedTo(ChronoUnit.SECONDS), 3);
    RetiredPack second = new RetiredPack(other, then.truncatedTo(ChronoUnit.SECONDS), 1);
    assertThat(storage.retired()).containsExactlyInAnyOrder(first, second);

    storage.restore(first);
    assertThat(storage.list()).containsExactly(new StoredPack(ID, 3));

    assertThat(storage.purge(List.of(second))).isEmpty();
    assertThat(storage.purge(List.of(second))).isEmpty();
    assertThat(storage.retired()).isEmpty();
  }

  @Test
  void deletesObjectsAndForgivesThoseThatAreGone() throws IOException {
    PackStorage storage = storage();
    put(storage, ID, 1);

    assertThat(storage.delete(ID)).isEmpty();
    assertThat(storage.delete(ID)).isEmpty();
    assertThat(storage.list()).isEmpty();
  }
}
