package dozo.format.chunk;

/** Cuts at the multiples of one length of the disk offset, whatever the content. */
record FixedChunker(int maximumBytes) implements Chunker {

  @Override
  public int cut(long offset, byte[] window, int from, int to) {
    return Math.min(maximumBytes - (int) (offset % maximumBytes), to - from);
  }
}
