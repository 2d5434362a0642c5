package dozo.repository.sweep;

import java.util.List;
import java.util.Random;

/** Disks made of few different blocks, so that they have much in common. */
final class BlockPool {

  /** Long enough that the chunks inside do not depend on the neighbours. */
  private static final int BLOCK_BYTES = 16 << 10;

  private BlockPool() {}

  /** The content of a disk that is made of these blocks. */
  static byte[] disk(List<Integer> blocks) {
    byte[] content = new byte[BLOCK_BYTES * blocks.size()];
    byte[] block = new byte[BLOCK_BYTES];
    for (int i = 0; i < blocks.size(); i++) {
      new Random(blocks.get(i)).nextBytes(block);
      System.arraycopy(block, 0, content, i * BLOCK_BYTES, BLOCK_BYTES);
    }
    return content;
  }

  /** Draws blocks. */
  static List<Integer> draw(Random random, int count, int different) {
    return random.ints(count, 0, different).boxed().toList();
  }
}
