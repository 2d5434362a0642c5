package dozo.cli;

import dozo.cli.secret.SecretKind;
import dozo.cli.secret.SecretReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A secret that a person typed, to be handed to another process of ours. Used once. */
final class TypedSecret {

  private final String option;
  private final char[] text;

  private TypedSecret(String option, char[] text) {
    this.option = option;
    this.text = text;
  }

  static TypedSecret ask(SecretKind kind, String option, SecretReader secrets) throws IOException {
    return new TypedSecret(option, secrets.read(kind, secrets.placeOrTerminal(kind, null, false)));
  }

  /** The option that tells the other process which file descriptor to read it from. */
  String option() {
    return option;
  }

  /** Writes the secret to the other process, and wipes it here. */
  void writeTo(OutputStream out) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
    try {
      out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
    } finally {
      Arrays.fill(bytes.array(), (byte) 0);
      Arrays.fill(text, ' ');
    }
  }
}
