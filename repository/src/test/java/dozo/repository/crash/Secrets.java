package dozo.repository.crash;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dozo.format.key.KeyFile;
import dozo.format.key.SlotSecret;
import dozo.repository.TestRepository;
import java.util.Optional;

/** Secrets by number; number 0 is the one that repositories are made with. */
final class Secrets {

  /** The beginning of a secret's name. */
  static final String NAME = "secret ";

  private Secrets() {}

  static SlotSecret secret(int number) {
    return number == 0
        ? TestRepository.secret()
        : KeyFile.of(("key file number " + number + " of the crash tests").getBytes(US_ASCII));
  }

  /** How {@link Promises} call a secret; the value is the number itself while it opens. */
  static String name(int number) {
    return NAME + number;
  }

  /** The number in a name. */
  static int number(String name) {
    return Integer.parseInt(name.substring(NAME.length()));
  }

  /** The number of a secret whose slot has that label; none if no step has made it. */
  static Optional<Integer> ofLabel(String label) {
    return label.startsWith(NAME) ? Optional.of(number(label)) : Optional.empty();
  }
}
