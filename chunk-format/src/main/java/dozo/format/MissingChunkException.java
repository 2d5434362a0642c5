package dozo.format;

/**
 * A chunk that something names is in no pack. The next backup that carries the same data stores it
 * again, and heals whatever needs it.
 */
public final class MissingChunkException extends DozoException {

  private final transient ChunkId id;

  /**
   * Tells which chunk is missing.
   *
   * @param id the chunk
   * @param neededBy what names it, with its whole id, such as {@code "restore point 0190…, disk 0"}
   * @param offset the byte offset in what names it, or -1 if unknown
   */
  public MissingChunkException(ChunkId id, String neededBy, long offset) {
    super(
        Fault.of("Chunk " + id + " is in no pack")
            .in(neededBy)
            .at(offset)
            .cure("back the VM up again; data that is still the same is stored anew and heals it"),
        null);
    this.id = id;
  }

  /** The chunk. */
  public ChunkId id() {
    return id;
  }
}
