package dozo.format;

/** A range that was said to be as in the base is not: whatever told the changes was wrong. */
public final class BaseMismatchException extends DozoException {

  private static final long serialVersionUID = 1L;

  /** Names the stream and the range. */
  public BaseMismatchException(String stream, long offset, int length) {
    super(
        Fault.of("The source differs from the base where no change was told")
            .in("stream " + stream)
            .at(offset)
            .expected(length + " bytes as in the base")
            .cure("back the VM up in full, and find out why not all of its changes were told"),
        null);
  }

  /** Says where what differs from what was said. */
  public BaseMismatchException(Fault fault) {
    super(fault, null);
  }
}
