package dozo.cli.files;

import dozo.mount.partition.GuestText;
import java.nio.charset.StandardCharsets;

/**
 * Names in a guest's file systems, which are bytes: they are carried as texts in Latin-1, one
 * character a byte, so that none is lost, and shown as the UTF-8 that they mostly are.
 */
final class GuestNames {

  private GuestNames() {}

  static String shown(String latin1) {
    return GuestText.shown(
        new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
  }

  /** The bytes of a text that a person gave. */
  static String of(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
