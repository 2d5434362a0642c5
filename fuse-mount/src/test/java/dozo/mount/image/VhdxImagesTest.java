package dozo.mount.image;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RestorePoint;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import dozo.vhdx.VhdxException;
import dozo.vhdx.read.ByteSource;
import dozo.vhdx.read.VhdxChain;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The VHDX of a restore point's disk keeps what the source's own had, whatever is chosen. */
final class VhdxImagesTest {
  private static final long MIB = 1 << 20;
  private static final long TIB = 1L << 40;

  private final ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT);

  @AfterEach
  void close() {
    cache.close();
  }

  /** An image as a file for the reader of VHDX files. */
  private record ImageSource(DiskImage image) implements ByteSource {
    @Override
    public String name() {
      return "disk0.vhdx";
    }

    @Override
    public Object identity() {
      return image;
    }

    @Override
    public long sizeBytes() {
      return image.sizeBytes();
    }

    @Override
    public int read(long offset, ByteBuffer target) throws IOException {
      int count = (int) Math.clamp(sizeBytes() - offset, 0L, (long) target.remaining());
      int limit = target.limit();
      image.read(offset, target.limit(target.position() + count));
      target.limit(limit);
      return count == 0 ? -1 : count;
    }

    @Override
    public void close() {}
  }

  private VhdxChain open(SparseSource source, VhdxForm form, int sectorBytes)
      throws IOException, VhdxException {
    return VhdxChain.open(
        new ImageSource(source.image(ImageFormat.VHDX, form, sectorBytes, cache)), List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 512",
    "2, 512",
    "4, 512",
    "8, 512",
    "16, 512",
    "32, 512",
    "64, 512",
    "128, 512",
    "256, 512",
    "1, 4096",
    "2, 4096",
    "4, 4096",
    "8, 4096",
    "16, 4096",
    "32, 4096",
    "64, 4096",
    "128, 4096",
    "256, 4096"
  })
  void theLargestDiskReadsRightAtBothEnds(int blockMib, int sectorBytes) throws Exception {
    long size = 64 * TIB;
    SparseSource source =
        new SparseSource(5, size).put(0, 5000).put(40 * TIB, MIB).put(size - 3, 3);
    VhdxForm form = new VhdxForm(Math.toIntExact(blockMib * MIB), Optional.empty());
    try (VhdxChain chain = open(source, form, sectorBytes)) {
      assertThat(chain.warnings()).isEmpty();
      assertThat(chain.leaf().blockBytes()).isEqualTo(blockMib * MIB);
      assertThat(chain.disk().sizeBytes()).isEqualTo(size);
      assertThat(chain.disk().logicalSectorBytes()).isEqualTo(sectorBytes);
      assertThat(chain.disk().physicalSectorBytes()).isEqualTo(4096);
      for (long offset : new long[] {0, TIB, 40 * TIB, 40 * TIB + MIB - 512, size - 8192}) {
        ByteBuffer read = ByteBuffer.allocate(8192);
        assertThat(chain.read(offset, read)).isEqualTo(8192);
        assertThat(read.array()).isEqualTo(source.expected(offset, 8192));
      }
    }
    // A million blocks at a time.
    assertThat(source.questions.get()).isLessThanOrEqualTo(1 + 64 / blockMib);
  }

  @Test
  void identityIsTheOriginalsUnlessAnotherIsChosen() throws Exception {
    SparseSource source = new SparseSource(1, 5 * MIB).put(0, 512);
    RestorePoint point = source.point(512);
    UUID other = new UUID(3, 4);
    UUID usual;
    try (VhdxChain chain = open(source, VhdxForm.USUAL, 512)) {
      assertThat(chain.disk().id()).isEqualTo(point.disks().getFirst().identity());
      usual = chain.leaf().dataWriteGuid();
    }
    try (VhdxChain chain = open(source, VhdxForm.USUAL, 512)) {
      assertThat(chain.leaf().dataWriteGuid()).isEqualTo(usual);
    }
    VhdxForm clone = new VhdxForm(VhdxForm.USUAL.blockBytes(), Optional.of(other));
    try (VhdxChain chain = open(source, clone, 512)) {
      assertThat(chain.disk().id()).isEqualTo(other);
      assertThat(chain.leaf().dataWriteGuid()).isNotEqualTo(usual);
    }
  }
}
