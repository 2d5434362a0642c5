package dozo.mount.overlay;

import java.util.Optional;

/** The form of a disk that is written to. */
public enum Face {
  /** A VHDX file. */
  VHDX(0, ".vhdx"),
  /** The disk itself. */
  RAW(1, ".raw");

  private final int number;
  private final String suffix;

  Face(int number, String suffix) {
    this.number = number;
    this.suffix = suffix;
  }

  /** The ending of its files. */
  public String suffix() {
    return suffix;
  }

  /** Its number in the map. */
  int number() {
    return number;
  }

  static Optional<Face> of(int number) {
    for (Face face : values()) {
      if (face.number == number) {
        return Optional.of(face);
      }
    }
    return Optional.empty();
  }
}
