package dozo.cli.restore;

import dozo.format.disk.ChunkSource;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.mount.image.DiskImage;
import dozo.mount.image.DiskImages;
import dozo.mount.image.ImageFormat;
import dozo.mount.image.VhdxForm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * Where the bytes of a disk stand in a file: the same file, byte for byte, that a mount shows.
 *
 * <p>May be used by several threads.
 *
 * @param word names all that the file depends on besides the disk, so that one that was begun in
 *     another way is not gone on with
 * @param image says where what belongs
 */
public record ImageLayout(String word, DiskImage image) {
  private static final int BUFFER_BYTES = 1 << 20;

  /**
   * The layout of a disk of a restore point.
   *
   * @param format any but {@link ImageFormat#VMDK}
   * @throws IllegalArgumentException if the disk cannot have the format
   */
  public static ImageLayout of(
      ImageFormat format, RestorePoint point, DiskEntry disk, VhdxForm form, ChunkSource source)
      throws IOException {
    StringBuilder word = new StringBuilder(format.word());
    if (format == ImageFormat.VHDX && form.blockBytes() != VhdxForm.USUAL.blockBytes()) {
      word.append(" block ").append(form.blockBytes());
    }
    form.newIdentity().ifPresent(identity -> word.append(" identity ").append(identity));
    return new ImageLayout(
        word.toString(), DiskImages.of(format, point, disk, form, new Outline(source)));
  }

  /** The layout of a configuration file, which is the file itself. */
  public static ImageLayout ofBytes(ChunkSource source) {
    return new ImageLayout(
        ImageFormat.RAW.word(), DiskImages.ofBytes(new Outline(source), source.dataBytes()));
  }

  /** The length of the whole file. */
  long fileBytes() {
    return image.sizeBytes();
  }

  /** Writes whatever is not the disk's own bytes. */
  void writeFrame(FileChannel file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    Optional<DiskImage.Run> run = image.nextFrame(0);
    while (run.isPresent()) {
      long at = run.get().offset();
      int length = (int) Math.min(BUFFER_BYTES, run.get().lengthBytes());
      image.read(at, buffer.clear().limit(length));
      writeFully(file, at, buffer.flip());
      run = image.nextFrame(at + length);
    }
  }

  /** Writes bytes of the disk where they belong, and consumes them. */
  void write(FileChannel file, long diskOffset, ByteBuffer bytes) throws IOException {
    int end = bytes.limit();
    long at = diskOffset;
    while (bytes.position() < end) {
      DiskImage.Run place = image.placeOf(at);
      int length = (int) Math.min(end - bytes.position(), place.lengthBytes());
      bytes.limit(bytes.position() + length);
      writeFully(file, place.offset(), bytes);
      bytes.limit(end);
      at += length;
    }
  }

  private static void writeFully(FileChannel file, long offset, ByteBuffer bytes)
      throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }
}
