package dozo.repository.retention;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.StateEntry;
import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Pins as state entries of the kind {@value #KIND} ({@code docs/format.md} §10). */
public final class PinCodec {

  /** The kind of the entries, which names their directory. */
  public static final String KIND = "pins";

  private static final String RESTORE_POINT = "restorePoint";
  private static final String UNTIL = "until";
  private static final String NOTE = "note";
  private static final String SET_BY = "setBy";
  private static final String SET = "set";

  private PinCodec() {}

  /** Returns the entry that says what the pin says. */
  public static StateEntry encode(Pin pin) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put(RESTORE_POINT, pin.restorePoint().toString())
            .put(NOTE, pin.note())
            .put(SET_BY, pin.setBy())
            .put(SET, pin.set().toString());
    if (pin.until() != null) {
      node.put(UNTIL, pin.until().toString());
    }
    return new StateEntry(KIND, pin.id(), node);
  }

  /**
   * Reads a pin.
   *
   * @throws IllegalArgumentException if the entry is of another kind
   * @throws CorruptDataException if it does not say what a pin says. Whoever cannot read a pin must
   *     not forget anything, for it cannot be known what the pin was on.
   */
  public static Pin decode(StateEntry entry) throws CorruptDataException {
    if (!entry.kind().equals(KIND)) {
      throw new IllegalArgumentException("A pin's entry is of the kind pins, not " + entry.kind());
    }
    ObjectNode node = entry.content();
    try {
      return new Pin(
          entry.id(),
          RestorePointId.parse(text(node, RESTORE_POINT)),
          node.has(UNTIL) ? Instant.parse(text(node, UNTIL)) : null,
          text(node, NOTE),
          text(node, SET_BY),
          Instant.parse(text(node, SET)));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new CorruptDataException(
          Fault.of("The pin cannot be read")
              .in("state entry " + KIND + "/" + entry.id())
              .actual(String.valueOf(e.getMessage()))
              .cure("take it away and set it again; nothing is forgotten before"),
          e);
    }
  }

  private static String text(ObjectNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null || !value.isString()) {
      throw new IllegalArgumentException("the member " + name + " is missing or no text");
    }
    return value.stringValue();
  }
}
