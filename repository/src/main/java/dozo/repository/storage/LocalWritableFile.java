package dozo.repository.storage;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of this machine. Large appends of whole blocks go around the page cache (O_DIRECT) where
 * the file system lets them: that saves a copy, and a sync has little left to wait for. Everything
 * else, also the end of each pack, goes through the cache. No block is written both ways, so that
 * neither way can hide what the other wrote.
 *
 * <p>For one thread at a time.
 */
final class LocalWritableFile implements WritableFile {

  private static final Logger log = LoggerFactory.getLogger(LocalWritableFile.class);

  /** Less than this costs more by itself than through the cache. */
  private static final int LEAST_DIRECT_BYTES = 256 << 10;

  private final Path file;
  private final FileChannel cached;
  private @Nullable FileChannel direct;
  private boolean triedDirect;
  private long position;

  /**
   * Writes a file.
   *
   * @param cached opened for writing, and empty; this closes it
   */
  LocalWritableFile(Path file, FileChannel cached) {
    this.file = file;
    this.cached = cached;
  }

  @Override
  public void append(ByteBuffer bytes) throws IOException {
    try {
      if (bytes.isDirect() && bytes.remaining() >= LEAST_DIRECT_BYTES) {
        appendDirect(bytes);
      }
      write(cached, bytes);
    } catch (IOException e) {
      throw LocalFiles.explain(file, e);
    }
  }

  /** Writes the whole blocks at the beginning of a buffer, or nothing where that cannot be done. */
  private void appendDirect(ByteBuffer bytes) throws IOException {
    FileChannel channel = openDirect();
    if (channel == null
        || position % BLOCK_BYTES != 0
        || MemorySegment.ofBuffer(bytes).address() % BLOCK_BYTES != 0) {
      return;
    }
    ByteBuffer blocks =
        bytes.slice(bytes.position(), bytes.remaining() / BLOCK_BYTES * BLOCK_BYTES);
    int length = blocks.remaining();
    write(channel, blocks);
    bytes.position(bytes.position() + length);
  }

  private @Nullable FileChannel openDirect() throws IOException {
    if (!triedDirect) {
      triedDirect = true;
      long size = Files.getFileStore(file).getBlockSize();
      if (DirectWrites.OPTION.isPresent() && size <= BLOCK_BYTES && BLOCK_BYTES % size == 0) {
        try {
          direct = FileChannel.open(file, StandardOpenOption.WRITE, DirectWrites.OPTION.get());
        } catch (IOException | UnsupportedOperationException e) {
          log.debug("The file system has no direct writes file={}", file, e);
        }
      }
    }
    return direct;
  }

  private void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  /** Whether anything was written around the page cache. */
  boolean isDirect() {
    return direct != null;
  }

  @Override
  public void sync() throws IOException {
    try {
      cached.force(true); // Of the file, whichever way it was written.
    } catch (IOException e) {
      throw LocalFiles.explain(file, e);
    }
  }

  @Override
  public void close() throws IOException {
    FileChannel second = direct;
    direct = null;
    try {
      cached.close();
    } finally {
      if (second != null) {
        second.close();
      }
    }
  }
}
