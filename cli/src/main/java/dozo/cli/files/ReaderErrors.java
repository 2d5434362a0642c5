package dozo.cli.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the programs that read a volume say on standard error: for people, and the names of files
 * that tar filled up with zeros because it could not read them. Their lines hold names that a guest
 * chose, so they are bounded and cannot control a terminal.
 */
final class ReaderErrors {
  private static final int MOST_LINES = 20;
  private static final int LONGEST_LINE = 1000;

  /** More than these end the copy. */
  private static final int MOST_UNREADABLE = 10_000;

  private static final Pattern UNREADABLE =
      Pattern.compile("tar: (?:\\./)?(.+): (?:Read error at byte .*|File shrank by .*)");

  /**
   * What tar says at its end, having said why before, and of each file where there are no extended
   * attributes; and what fuse2fs says always.
   */
  private static final Pattern NOTHING_NEW =
      Pattern.compile(
          "tar: Exiting with failure status.*"
              + "|tar: .*: Warning: Cannot [a-z]*xattr(at)?: Operation not supported"
              + "|Mounting read-only\\.?|\\s*");

  private final List<String> lines = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();
  private int more;
  private final Thread thread;

  private ReaderErrors(InputStream stream) {
    this.thread =
        Thread.ofPlatform().daemon().name("dozo-files-errors").unstarted(() -> read(stream));
  }

  /**
   * What was said.
   *
   * @param exitCode of the process
   * @param lines for people, the first of them
   * @param unreadable the files that are not whole, as bytes in Latin-1, relative to where they
   *     arrived
   */
  record Summary(int exitCode, List<String> lines, List<String> unreadable) {
    Summary {
      lines = List.copyOf(lines);
      unreadable = List.copyOf(unreadable);
    }
  }

  static ReaderErrors collect(InputStream stream) {
    ReaderErrors errors = new ReaderErrors(stream);
    errors.thread.start();
    return errors;
  }

  private void read(InputStream stream) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.ISO_8859_1))) {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == '\n') {
          add(line.toString());
          line.setLength(0);
        } else if (line.length() < LONGEST_LINE * 5) {
          line.append((char) c);
        }
      }
      add(line.toString());
    } catch (IOException e) {
      synchronized (this) {
        lines.add("what the programs say was lost: " + e.getMessage());
      }
    }
  }

  private synchronized void add(String line) {
    unreadable(line).filter(_ -> unreadable.size() <= MOST_UNREADABLE).ifPresent(unreadable::add);
    if (NOTHING_NEW.matcher(line).matches()) {
      return;
    }
    if (lines.size() < MOST_LINES) {
      lines.add(shown(line));
    } else {
      more++;
    }
  }

  /** The file that a line of tar's says was not read whole. */
  static Optional<String> unreadable(String line) {
    Matcher matcher = UNREADABLE.matcher(line);
    return matcher.matches() ? Optional.of(unescaped(matcher.group(1))) : Optional.empty();
  }

  /** Undoes the quoting style "escape" of tar, which also marks each colon in a name. */
  private static String unescaped(String name) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '\\' || i + 1 == name.length()) {
        text.append(c);
        continue;
      }
      char escaped = name.charAt(++i);
      int letter = "abfnrtv".indexOf(escaped);
      if (letter >= 0) {
        text.append("\u0007\b\f\n\r\t\u000b".charAt(letter));
      } else if (name.substring(i).matches("(?s)[0-3][0-7]{2}.*")) {
        text.append((char) Integer.parseInt(name.substring(i, i + 3), 8));
        i += 2;
      } else {
        text.append(escaped);
      }
    }
    return text.toString();
  }

  private static String shown(String line) {
    String text = GuestNames.shown(line);
    return text.length() > LONGEST_LINE ? text.substring(0, LONGEST_LINE) + "…" : text;
  }

  Summary await(int exitCode) throws InterruptedException, IOException {
    thread.join();
    synchronized (this) {
      if (unreadable.size() > MOST_UNREADABLE) {
        throw new IOException("More than " + MOST_UNREADABLE + " files cannot be read");
      }
      List<String> all = new ArrayList<>(lines);
      if (more > 0) {
        all.add("and " + more + " more lines");
      }
      return new Summary(exitCode, all, unreadable);
    }
  }
}
