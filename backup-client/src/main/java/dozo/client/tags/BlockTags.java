package dozo.client.tags;

import dozo.format.manifest.RestorePointId;
import dozo.format.tag.BlockTagger;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tags of one disk: those of an earlier backup, and those of the one that is under way.
 *
 * <p>Blocks are compared and recorded by several threads. The rest is for the thread that backs up.
 * A file that cannot be written to is given up without a word to the caller: the backup does not
 * depend on it.
 */
public final class BlockTags implements AutoCloseable {

  /** The size of a block of the disk. */
  public static final int BLOCK_BYTES = 64 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(BlockTags.class);
  private static final byte[] UNKNOWN = new byte[BlockTagger.TAG_BYTES];

  private final Path published;
  private final Path unpublished;
  private final FileChannel next;
  private final NewTags made;
  private final Queue<BlockTagger> taggers = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
  private final @Nullable FileChannel last;
  private final long lastBytes;
  private final @Nullable RestorePointId base;
  private boolean forgotten;
  private boolean isPublished;

  /**
   * Takes both files over.
   *
   * @param last the tags of an earlier backup, if there are any
   * @param lastHeader their header
   * @param next is open and locked for the new ones, and empty
   * @param made what they are made with
   */
  BlockTags(
      Path published,
      @Nullable FileChannel last,
      @Nullable TagFileHeader lastHeader,
      Path unpublished,
      FileChannel next,
      NewTags made) {
    this.published = published;
    this.last = last;
    this.base = lastHeader == null ? null : lastHeader.base();
    this.lastBytes = lastHeader == null ? 0 : lastHeader.sizeBytes();
    this.unpublished = unpublished;
    this.next = next;
    this.made = made;
  }

  /** What was backed up when the earlier tags were made; empty if nothing is known. */
  public Optional<RestorePointId> base() {
    return forgotten ? Optional.empty() : Optional.ofNullable(base);
  }

  /** The size that the disk had then. */
  public long baseBytes() {
    return lastBytes;
  }

  /** Takes nothing for known any more. */
  public void forget() {
    forgotten = true;
  }

  /**
   * Compares neighbouring blocks with the base, and records them.
   *
   * @param firstBlock the number of the first
   * @param bytes the blocks from position to limit; the last one may be short if the disk ends
   *     there
   * @return which of them are as they were, by their place; none if there is no base
   */
  public BitSet compare(long firstBlock, ByteBuffer bytes) {
    int count = (bytes.remaining() + BLOCK_BYTES - 1) / BLOCK_BYTES;
    byte[] tags = new byte[count * BlockTagger.TAG_BYTES];
    BlockTagger idle = taggers.poll();
    BlockTagger tagger = idle == null ? new BlockTagger(made.key()) : idle;
    for (int i = 0; i < count; i++) {
      int at = bytes.position() + i * BLOCK_BYTES;
      ByteBuffer block = bytes.slice(at, Math.min(BLOCK_BYTES, bytes.limit() - at));
      tagger.tag(firstBlock + i, block, tags, i * BlockTagger.TAG_BYTES);
    }
    taggers.add(tagger);
    record(firstBlock, tags);
    return same(firstBlock, tags);
  }

  /**
   * Compares blocks that are known to read as zeros with the base.
   *
   * @return which of them did then, by their place
   */
  public BitSet compareZeros(long firstBlock, int count) {
    return same(firstBlock, zeros(count));
  }

  /** Records blocks that read as zeros. */
  public void recordZeros(long firstBlock, int count) {
    record(firstBlock, zeros(count));
  }

  /** Records that a block was not read as a whole. */
  public void recordUnknown(long block) {
    record(block, UNKNOWN);
  }

  private byte[] zeros(int count) {
    byte[] tags = new byte[count * BlockTagger.TAG_BYTES];
    BlockTagger idle = taggers.poll();
    BlockTagger tagger = idle == null ? new BlockTagger(made.key()) : idle;
    for (int i = 0; i < count; i++) {
      tagger.zeroTag(tags, i * BlockTagger.TAG_BYTES);
    }
    taggers.add(tagger);
    return tags;
  }

  private BitSet same(long firstBlock, byte[] tags) {
    int count = tags.length / BlockTagger.TAG_BYTES;
    BitSet same = new BitSet(count);
    FileChannel file = last;
    if (file == null || forgotten) {
      return same;
    }
    try {
      byte[] before = TagFile.read(file, firstBlock, count);
      for (int i = 0; i < count; i++) {
        int from = i * BlockTagger.TAG_BYTES;
        int to = from + BlockTagger.TAG_BYTES;
        same.set(i, isInBase(firstBlock + i) && Arrays.equals(tags, from, to, before, from, to));
      }
    } catch (IOException e) {
      LOG.warn("The tags of the last backup cannot be read file={}", published, e);
    }
    return same;
  }

  /** A block at the end of a disk that grew or shrank is another, even if its tag is the same. */
  private boolean isInBase(long block) {
    long end = (block + 1) * BLOCK_BYTES;
    return end <= lastBytes || (lastBytes == made.sizeBytes() && end - BLOCK_BYTES < lastBytes);
  }

  private void record(long firstBlock, byte[] tags) {
    if (failure.get() == null) {
      try {
        TagFile.write(next, firstBlock, tags);
      } catch (IOException e) {
        if (failure.compareAndSet(null, e)) {
          BlockTagStore.notKept(unpublished, e);
        }
      }
    }
  }

  /** Makes what was recorded the tags of a restore point that the server has acknowledged. */
  public void publish(RestorePointId restorePoint) {
    if (failure.get() != null) {
      return;
    }
    try {
      TagFile.writeAll(next, 0, made.header(restorePoint).encode());
      next.force(true);
      Files.move(
          unpublished,
          published,
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
      isPublished = true;
    } catch (IOException e) {
      BlockTagStore.notKept(unpublished, e);
    }
  }

  /** Lets go of the files. What was not published is deleted. */
  @Override
  public void close() {
    try {
      if (last != null) {
        last.close();
      }
      if (!isPublished) {
        Files.deleteIfExists(unpublished);
      }
      next.close();
    } catch (IOException e) {
      LOG.warn("A file of tags is left behind file={}", unpublished, e);
    }
  }
}
