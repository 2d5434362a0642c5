package dozo.mount.overlay;

import java.util.Comparator;

/**
 * Whether an overlay takes writes.
 *
 * @param cause why not, for people; empty if it does
 */
public record OverlayState(Kind kind, String cause) {

  /** One that takes writes. */
  public static final OverlayState SOUND = new OverlayState(Kind.SOUND, "");

  /** The worst comes last. */
  static final Comparator<OverlayState> BY_SEVERITY = Comparator.comparing(OverlayState::kind);

  /** What an overlay can be. */
  public enum Kind {
    /** Writes are taken. */
    SOUND("sound"),
    /** A write was refused for want of room, and none has taken any since. */
    FULL("full"),
    /** It failed, and serves nothing until it is opened again. */
    OUT_OF_USE("out of use");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** What people and programs are told. */
    public String word() {
      return word;
    }
  }
}
