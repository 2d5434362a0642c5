package dozo.repository.storage;

/**
 * How full a file system is.
 *
 * @param totalBytes its size
 * @param usableBytes what may still be written
 * @param reserveBytes what backups leave free of it
 */
public record RoomLevel(long totalBytes, long usableBytes, long reserveBytes) {

  /** Whether no session may begin. */
  public boolean isShort() {
    return usableBytes < reserveBytes;
  }
}
