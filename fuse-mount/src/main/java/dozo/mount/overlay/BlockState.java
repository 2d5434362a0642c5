package dozo.mount.overlay;

/** Where the content of a block is found. */
enum BlockState {
  /** In the image beneath. */
  BASE(0),
  /** In the data file, at the block's own offset. */
  DATA(1),
  /** Nowhere: the block is zeros. */
  ZERO(2);

  private static final BlockState[] ALL = values();

  private final int number;

  BlockState(int number) {
    this.number = number;
  }

  /** Its number in the map. */
  int number() {
    return number;
  }

  /** How many states there are. */
  static int count() {
    return ALL.length;
  }

  static BlockState of(int number) {
    return ALL[number];
  }
}
