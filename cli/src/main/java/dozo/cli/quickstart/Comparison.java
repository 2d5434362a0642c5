package dozo.cli.quickstart;

import dozo.vhdx.read.VhdxChain;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Compares a disk with what a mount shows of it, byte by byte. */
public final class Comparison {

  private static final int BLOCK_BYTES = 1 << 20;

  private Comparison() {}

  /**
   * Compares a raw image with a disk.
   *
   * @throws IOException if they differ, with the first place where they do
   */
  public static void ofRaw(Path disk, Path raw) throws IOException {
    try (FileChannel expected = FileChannel.open(disk, StandardOpenOption.READ);
        FileChannel actual = FileChannel.open(raw, StandardOpenOption.READ)) {
      compare(expected, actual.size(), (offset, target) -> readFully(actual, offset, target), raw);
    }
  }

  /**
   * Compares the disk in a VHDX with a disk.
   *
   * @throws IOException if they differ, with the first place where they do
   */
  public static void ofVhdx(Path disk, Path vhdx) throws IOException {
    try (FileChannel expected = FileChannel.open(disk, StandardOpenOption.READ);
        VhdxChain chain = VhdxChain.open(vhdx, List.of())) {
      compare(expected, chain.disk().sizeBytes(), chain::read, vhdx);
    }
  }

  /** Fills a buffer from an offset on. */
  private interface Source {
    void read(long offset, ByteBuffer target) throws IOException;
  }

  private static void compare(FileChannel expected, long sizeBytes, Source actual, Path file)
      throws IOException {
    if (expected.size() != sizeBytes) {
      throw new IOException(
          file + " has " + sizeBytes + " bytes of disk, the source has " + expected.size());
    }
    ByteBuffer left = ByteBuffer.allocateDirect(BLOCK_BYTES);
    ByteBuffer right = ByteBuffer.allocateDirect(BLOCK_BYTES);
    for (long at = 0; at < sizeBytes; at += BLOCK_BYTES) {
      int length = (int) Math.min(BLOCK_BYTES, sizeBytes - at);
      readFully(expected, at, left.clear().limit(length));
      actual.read(at, right.clear().limit(length));
      int differs = left.flip().mismatch(right.flip());
      if (differs >= 0) {
        throw new IOException(file + " differs from the source at byte " + (at + differs));
      }
    }
  }

  private static void readFully(FileChannel file, long offset, ByteBuffer target)
      throws IOException {
    long at = offset;
    while (target.hasRemaining()) {
      int count = file.read(target, at);
      if (count < 0) {
        throw new IOException("The file ends at byte " + at);
      }
      at += count;
    }
  }
}
