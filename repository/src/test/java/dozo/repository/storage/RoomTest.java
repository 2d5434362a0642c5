package dozo.repository.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.NoSpaceException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class RoomTest {

  private static final long GIB = 1L << 30;

  @Test
  void keepsAShareThatSuitsTheSizeOfTheFileSystem() {
    assertThat(RoomReserve.STANDARD.bytes(1000 * GIB)).isEqualTo(20 * GIB);
    assertThat(RoomReserve.STANDARD.bytes(50 * GIB)).isEqualTo(2 * GIB);
    assertThat(RoomReserve.STANDARD.bytes(10 * GIB)).isEqualTo(GIB);
    assertThat(RoomReserve.NONE.bytes(GIB)).isZero();
    assertThatThrownBy(() -> new RoomReserve(3, 0, 2)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Of 100 bytes, so many are free; 20 are kept. */
  private static Room room(long free) {
    FileLayer files =
        new ForwardingFiles() {
          @Override
          public Space space(Path directory) {
            return new Space(100, free);
          }
        };
    return new Room(files, Path.of("repository"), new RoomReserve(20, 0, 20));
  }

  @Test
  void refusesSessionsFirstThenPacksThenCompaction() throws IOException {
    assertThatCode(room(20)::requireForSession).doesNotThrowAnyException();
    assertThatThrownBy(room(19)::requireForSession)
        .isInstanceOf(NoSpaceException.class)
        .hasMessageContaining("expected 20 free bytes of 100, found 19")
        .hasMessageContaining("dozo prune");
    assertThatCode(room(10)::requireForPack).doesNotThrowAnyException();
    assertThatThrownBy(room(9)::requireForPack).isInstanceOf(NoSpaceException.class);
    assertThat(room(9).hasFor(4)).isTrue();
    assertThat(room(9).hasFor(5)).isFalse();
    assertThat(room(20).isShort()).isFalse();
    assertThat(room(19).isShort()).isTrue();
  }
}
