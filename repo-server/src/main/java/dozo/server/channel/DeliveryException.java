package dozo.server.channel;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A message could not be sent. The text says why, for an operator, and holds no secret. */
public final class DeliveryException extends IOException {

  private static final long serialVersionUID = 1;
  private static final int MAXIMUM_TEXT = 400;

  DeliveryException(String text, @Nullable Throwable cause) {
    super(PlainText.of(text, MAXIMUM_TEXT), cause);
  }

  /** Words for what went wrong: those of the first exception behind it that has some of its own. */
  static String words(Throwable fault) {
    Throwable last = fault;
    for (@Nullable Throwable each = fault; each != null; each = each.getCause()) {
      last = each;
      boolean repeatsItsCause =
          each.getCause() != null && each.getCause().toString().equals(each.getMessage());
      if (each.getMessage() != null && !repeatsItsCause) {
        return String.valueOf(each.getMessage());
      }
    }
    return last.getClass().getSimpleName();
  }
}
