package dozo.format.key;

import dozo.format.Fault;
import dozo.format.WrongKeyException;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The text of an emergency sheet, to be printed and to be read again. */
final class SheetText {

  private static final String REPOSITORY = "Repository";
  private static final String KEY = "K";
  private static final String RING = "R";
  private static final int KEY_LINE_BYTES = 8;
  private static final int RING_LINE_BYTES = 16;
  private static final int KEY_LINES = Hkdf.BYTES / KEY_LINE_BYTES;

  private static final Pattern REPOSITORY_LINE =
      Pattern.compile(
          "\\s*repository\\s*:\\s*([0-9a-f-]{36})\\s+(\\S.*)", Pattern.CASE_INSENSITIVE);
  private static final Pattern KEY_LINE =
      Pattern.compile("\\s*([KR])(\\d{1,3})/(\\d{1,3})\\s*:(.*)", Pattern.CASE_INSENSITIVE);

  private static final String ABOUT =
      """
      DOZO EMERGENCY SHEET                                            made {date}

      Whoever has this sheet and the repository's files can read every backup in
      it. Keep it on paper, locked away, far from the machines. Never photograph it,
      mail it, or leave it in a printer's queue.

      It opens the repository when every passphrase and every key file is lost.
      Changing passphrases does not make it invalid.

      """;

  private static final String RING_FOLLOWS =
      """

      These lines are needed only if every file in the repository's directory
      "keys" is lost too. They are a copy of the key ring of generation {number}: print a
      new sheet whenever a key epoch is added.

      """;

  private static final String NO_RING =
      """

      The key ring is too long to be printed: keep a copy of any one file of the
      repository's directory "keys" together with this sheet.
      """;

  private static final String HOW =
      """

      How to use it
      1. Type the lines with a colon into a text file, one below the other:
         "Repository:" and all lines of K, and those of R if the directory "keys" is
         empty or gone. Capitals, spaces and hyphens do not matter; the letter O is
         read as 0, I and L as 1.
      2. Give that file to Dozo in the place of a passphrase. Each line is checked by
         itself, and Dozo says in which one there is a mistake.
      3. Add a new passphrase or key file at once, and destroy the text file.
      """;

  private final byte[] text;

  /** Keeps the array for as long as the object lives. */
  SheetText(byte[] text) {
    this.text = text;
  }

  /** Returns the text, ASCII only. */
  static StringBuilder write(EmergencySheet sheet, Instant made) {
    UUID id = sheet.repositoryId();
    StringBuilder text = new StringBuilder(4_096);
    text.append(ABOUT.replace("{date}", made.atOffset(ZoneOffset.UTC).toLocalDate().toString()));
    text.append(REPOSITORY).append(": ").append(id).append("  ");
    SheetLine.encode(id, REPOSITORY, new byte[0], text);
    text.append("\n\n");
    writeLines(id, KEY, sheet.master(), KEY_LINE_BYTES, text);
    Optional<EmergencySheet.RingCopy> ring = sheet.ring();
    if (ring.isPresent()) {
      text.append(RING_FOLLOWS.replace("{number}", Long.toString(ring.get().generation())));
      writeLines(id, RING, ring.get().encode(), RING_LINE_BYTES, text);
    } else {
      text.append(NO_RING);
    }
    return text.append(HOW);
  }

  private static void writeLines(
      UUID id, String part, byte[] bytes, int lineBytes, StringBuilder text) {
    int lines = Math.ceilDiv(bytes.length, lineBytes);
    for (int i = 0; i < lines; i++) {
      String label = label(part, i + 1, lines);
      byte[] line =
          Arrays.copyOfRange(bytes, i * lineBytes, Math.min(bytes.length, (i + 1) * lineBytes));
      text.append(String.format(Locale.ROOT, "%-8s", label + ":"));
      SheetLine.encode(id, label, line, text);
      text.append('\n');
      Arrays.fill(line, (byte) 0);
    }
  }

  /** Reads the sheet. */
  EmergencySheet read() throws WrongKeyException {
    UUID id = null;
    SortedMap<String, CharSequence> lines = new TreeMap<>();
    Map<Integer, Integer> ringCounts = new TreeMap<>();
    for (CharSequence line : split()) {
      Matcher key = KEY_LINE.matcher(line);
      Matcher repository = REPOSITORY_LINE.matcher(line);
      if (key.matches()) {
        String part = key.group(1).toUpperCase(Locale.ROOT);
        int number = Integer.parseInt(key.group(2));
        int count = Integer.parseInt(key.group(3));
        if (part.equals(RING)) {
          ringCounts.merge(count, 1, Integer::sum);
        }
        lines.put(label(part, number, count), line.subSequence(key.start(4), key.end(4)));
      } else if (repository.matches()) {
        id = repositoryId(repository.group(1), repository.group(2));
      }
    }
    if (id == null) {
      throw wrong(List.of("the line \"Repository:\" is missing"));
    }
    int ringLines = mostFrequent(ringCounts);
    List<String> mistakes = new ArrayList<>();
    byte[] master = readLines(id, KEY, KEY_LINES, lines, mistakes);
    byte[] ring = readLines(id, RING, ringLines, lines, mistakes);
    EmergencySheet.RingCopy copy = EmergencySheet.RingCopy.decode(ring).orElse(null);
    if (mistakes.isEmpty() && (master.length != Hkdf.BYTES || (ringLines > 0 && copy == null))) {
      mistakes.add("lines are of another length than they can have");
    }
    if (!mistakes.isEmpty()) {
      Arrays.fill(master, (byte) 0);
      throw wrong(mistakes);
    }
    return new EmergencySheet(id, master, copy);
  }

  /** How many lines the ring has, even if one of them tells another number by mistake. */
  private static int mostFrequent(Map<Integer, Integer> counts) {
    return counts.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(0);
  }

  private static byte[] readLines(
      UUID id,
      String part,
      int count,
      SortedMap<String, CharSequence> lines,
      List<String> mistakes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 1; i <= count; i++) {
      String label = label(part, i, count);
      CharSequence line = lines.get(label);
      if (line == null) {
        mistakes.add("line " + label + " is missing");
      } else {
        SheetLine.decode(id, label, line)
            .ifPresentOrElse(
                bytes::writeBytes, () -> mistakes.add("line " + label + " has a mistake"));
      }
    }
    return bytes.toByteArray();
  }

  private static UUID repositoryId(String text, String check) throws WrongKeyException {
    @Nullable UUID id;
    try {
      id = UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      id = null;
    }
    if (id == null || SheetLine.decode(id, REPOSITORY, check).isEmpty()) {
      throw wrong(List.of("the line \"Repository:\" has a mistake"));
    }
    return id;
  }

  private List<CharSequence> split() throws WrongKeyException {
    if (text.length > EmergencySheet.MAXIMUM_TEXT_BYTES) {
      throw wrong(List.of("it is longer than any sheet"));
    }
    List<CharSequence> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (byte character : text) {
      if (character == '\n' || character == '\r') {
        lines.add(line);
        line = new StringBuilder();
      } else {
        line.append((char) (character & 0xff));
      }
    }
    lines.add(line);
    return lines;
  }

  private static String label(String part, int number, int count) {
    return part + number + "/" + count;
  }

  private static WrongKeyException wrong(List<String> mistakes) {
    return new WrongKeyException(
        Fault.of("The emergency sheet is not as it was printed")
            .actual(String.join(", ", mistakes))
            .cure("compare these lines with the paper"));
  }
}
