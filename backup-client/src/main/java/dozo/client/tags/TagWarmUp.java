package dozo.client.tags;

import dozo.format.tag.BlockTagger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes tagging fast before the first block is there. Called with whole blocks, the JDK's GHASH is
 * compiled only after a tenth of a second of work at a hundredth of its speed, on each thread that
 * tags; many small calls get it there sooner, while the connection is made.
 */
public final class TagWarmUp {

  private static final AtomicBoolean BEGUN = new AtomicBoolean();
  private static final int ROUNDS = 2_000;
  private static final int BYTES = 1 << 10;

  private TagWarmUp() {}

  /** Begins it on a thread that nobody has to wait for, once in a process. */
  public static void begin() {
    if (BEGUN.compareAndSet(false, true)) {
      Thread.ofPlatform().name("dozo-tag-warm-up").daemon().start(TagWarmUp::run);
    }
  }

  private static void run() {
    BlockTagger tagger = new BlockTagger(new byte[BlockTagger.KEY_BYTES]);
    byte[] block = new byte[BYTES];
    Arrays.fill(block, (byte) 1); // zeros are not tagged
    byte[] tag = new byte[BlockTagger.TAG_BYTES];
    for (int i = 0; i < ROUNDS; i++) {
      tagger.tag(i, ByteBuffer.wrap(block), tag, 0);
    }
  }
}
