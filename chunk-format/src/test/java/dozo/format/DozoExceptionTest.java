package dozo.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DozoExceptionTest {

  @Test
  void saysWhatHappenedToWhatWhereAndWhatToDo() {
    Fault fault =
        Fault.of("The segment's checksum differs")
            .in("pack 0190, segment 3")
            .file(Path.of("packs", "0190.pack"))
            .at(4096)
            .expected(Fault.hex(0xabc))
            .actual(Fault.hex(-1))
            .cure("run 'dozo verify'");
    assertThat(new CorruptDataException(fault))
        .hasMessage(
            "The segment's checksum differs: pack 0190, segment 3, file packs/0190.pack,"
                + " offset 4096, expected 0x00000abc, found 0xffffffff."
                + " What to do: run 'dozo verify'.");
  }

  @Test
  void leavesOutWhatIsUnknown() {
    Exception cause = new IllegalStateException("cause");
    NoSpaceException full = new NoSpaceException(Fault.of("The disk is full"), cause);
    assertThat(full).hasMessage("The disk is full.").hasCause(cause);
    assertThat(new CorruptDataException(Fault.of("A count is wrong").expected(1).actual(2)))
        .hasMessage("A count is wrong: expected 1, found 2.");
    assertThat(full.fault().offset()).isEqualTo(-1);
  }

  @Test
  void namesTheMissingChunkWhole() {
    ChunkId id = new ChunkId(1, 2, 3, 4);
    MissingChunkException missing = new MissingChunkException(id, "restore point 7, disk 0", 512);
    assertThat(missing).hasMessageContaining(id.toString()).hasMessageContaining("offset 512");
    assertThat(missing.id()).isEqualTo(id);
  }
}
