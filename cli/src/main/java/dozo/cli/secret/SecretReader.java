package dozo.cli.secret;

import dozo.cli.console.Terminal;
import java.io.Console;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Fetches secrets. The caller overwrites what it gets as soon as it has been used. */
public final class SecretReader {

  private static final int MAXIMUM_BYTES = 4096;
  private static final int COMMAND_SECONDS = 60;

  private final Map<String, String> environment;

  /** Takes the environment to look into. */
  public SecretReader(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The value of an environment variable, if it is set and not empty. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /**
   * Returns where a secret is: where an option says, else where the environment says.
   *
   * @param option what the options say; null if they say nothing
   */
  public Optional<SecretPlace> place(SecretKind kind, @Nullable SecretPlace option) {
    if (option != null) {
      return Optional.of(option);
    }
    String variable = kind.variable();
    if (environment.containsKey(variable)) {
      return Optional.of(new SecretPlace.InVariable(variable));
    }
    String file = environment.get(variable + "_FILE");
    if (file != null) {
      return Optional.of(new SecretPlace.InFile(Path.of(file)));
    }
    return Optional.ofNullable(environment.get(variable + "_COMMAND"))
        .map(SecretPlace.FromCommand::new);
  }

  /**
   * Returns where a secret is, as {@link #place} does, or the terminal.
   *
   * @param twice whether a person has to type it twice
   * @throws SecretException if nothing says where, and nobody is there to ask
   */
  public SecretPlace placeOrTerminal(SecretKind kind, @Nullable SecretPlace option, boolean twice)
      throws SecretException {
    Optional<SecretPlace> place = place(kind, option);
    if (place.isPresent()) {
      return place.get();
    }
    if (!Terminal.IN.isInteractive()) {
      throw new SecretException(
          "There is no "
              + kind.words()
              + ". What to do: give "
              + kind.fileOption()
              + ", or set "
              + kind.variable()
              + ", "
              + kind.variable()
              + "_FILE or "
              + kind.variable()
              + "_COMMAND.",
          null);
    }
    return new SecretPlace.AtTerminal(twice);
  }

  /**
   * Fetches a secret: the first line, without its end.
   *
   * @throws SecretException if it cannot be had, is empty, or is longer than 4,096 bytes
   */
  public char[] read(SecretKind kind, SecretPlace place) throws SecretException {
    char[] secret =
        switch (place) {
          case SecretPlace.InVariable variable ->
              environment.getOrDefault(variable.name(), "").toCharArray();
          case SecretPlace.AtTerminal terminal -> ask(kind, terminal.twice());
          case SecretPlace.InFile file -> firstLine(kind, place, readFile(kind, file.path()));
          case SecretPlace.InDescriptor fd -> firstLine(kind, place, readDescriptor(kind, fd));
          case SecretPlace.FromCommand command -> firstLine(kind, place, run(kind, command));
        };
    if (secret.length == 0) {
      throw new SecretException("The " + kind.words() + " is empty.", null);
    }
    return secret;
  }

  private static char[] ask(SecretKind kind, boolean twice) throws SecretException {
    Console console = Objects.requireNonNull(System.console());
    String title = Character.toUpperCase(kind.words().charAt(0)) + kind.words().substring(1);
    char[] first = typed(console, title + ": ");
    if (!twice) {
      return first;
    }
    char[] second = typed(console, title + ", once more: ");
    boolean same = Arrays.equals(first, second);
    Arrays.fill(second, ' ');
    if (!same) {
      Arrays.fill(first, ' ');
      throw new SecretException("The two were not the same. Nothing was done.", null);
    }
    return first;
  }

  private static char[] typed(Console console, String prompt) {
    char[] typed = console.readPassword("%s", prompt);
    return typed == null ? new char[0] : typed;
  }

  private static byte[] readFile(SecretKind kind, Path path) throws SecretException {
    try (InputStream in = Files.newInputStream(path)) {
      return bounded(in);
    } catch (NoSuchFileException e) {
      throw new SecretException("The file with the " + kind.words() + " is not there: " + path, e);
    } catch (IOException e) {
      throw new SecretException(
          "The file with the " + kind.words() + " cannot be read: " + path + " (" + e + ").", e);
    }
  }

  private static byte[] readDescriptor(SecretKind kind, SecretPlace.InDescriptor place)
      throws SecretException {
    try (InputStream in = new FileInputStream("/dev/fd/" + place.number())) {
      return bounded(in);
    } catch (IOException e) {
      throw new SecretException(
          "The " + kind.words() + " cannot be read from file descriptor " + place.number() + ".",
          e);
    }
  }

  private static byte[] run(SecretKind kind, SecretPlace.FromCommand place) throws SecretException {
    String failed = "The command for the " + kind.words() + " failed: ";
    try {
      Process process =
          new ProcessBuilder(shell(place.command()))
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (InputStream in = process.getInputStream()) {
        byte[] output = bounded(in);
        if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
          throw new SecretException(failed + "it did not end in a minute.", null);
        }
        if (process.exitValue() != 0) {
          throw new SecretException(failed + "exit code " + process.exitValue() + ".", null);
        }
        return output;
      } finally {
        process.destroy();
      }
    } catch (SecretException e) {
      throw e;
    } catch (IOException e) {
      throw new SecretException(failed + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SecretException(failed + "interrupted.", e);
    }
  }

  private static String[] shell(String command) {
    return System.getProperty("os.name").startsWith("Windows")
        ? new String[] {"cmd.exe", "/c", command}
        : new String[] {"/bin/sh", "-c", command};
  }

  private static byte[] bounded(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MAXIMUM_BYTES + 1);
    if (bytes.length > MAXIMUM_BYTES) {
      throw new IOException("more than " + MAXIMUM_BYTES + " bytes");
    }
    return bytes;
  }

  private static char[] firstLine(SecretKind kind, SecretPlace place, byte[] bytes)
      throws SecretException {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
      end++;
    }
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
      char[] secret = new char[text.remaining()];
      text.get(secret);
      Arrays.fill(text.array(), ' ');
      return secret;
    } catch (CharacterCodingException e) {
      throw new SecretException("The " + kind.words() + " from " + place + " is not UTF-8.", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
