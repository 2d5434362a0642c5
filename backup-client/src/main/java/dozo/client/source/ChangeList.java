package dozo.client.source;

import dozo.format.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ranges of a disk that may have changed since some instant; the others have not. */
public final class ChangeList {

  private static final Pattern LINE = Pattern.compile("(\\d+)[\\s,;]+(\\d+)");
  private static final int MAXIMUM_RANGES = 10_000_000;

  /** Ends by beginnings; neither overlapping nor touching. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  /**
   * A stretch of a disk.
   *
   * @param offset where it begins
   * @param lengthBytes how long it is, at least 1
   */
  public record Range(long offset, long lengthBytes) {
    /** The offset of the first byte behind it. */
    public long end() {
      return offset + lengthBytes;
    }
  }

  /** Makes a list of ranges in any order, which may overlap. */
  public ChangeList(List<Range> changed) {
    changed.forEach(this::add);
  }

  private ChangeList() {}

  private void add(Range range) {
    if (range.offset() < 0 || range.lengthBytes() < 1 || range.end() < 0) {
      throw new IllegalArgumentException(
          "No disk has a range of " + range.lengthBytes() + " bytes at " + range.offset());
    }
    long from = range.offset();
    long to = range.end();
    Map.Entry<Long, Long> near = ranges.floorEntry(to);
    while (near != null && near.getValue() >= from) {
      from = Math.min(from, near.getKey());
      to = Math.max(to, near.getValue());
      ranges.remove(near.getKey());
      near = ranges.floorEntry(to);
    }
    ranges.put(from, to);
  }

  /** The first range that ends behind an offset, from that offset on; empty if there is none. */
  public Optional<Range> next(long from) {
    Map.Entry<Long, Long> range = ranges.floorEntry(from);
    if (range == null || range.getValue() <= from) {
      range = ranges.ceilingEntry(from);
    }
    if (range == null) {
      return Optional.empty();
    }
    long begin = Math.max(from, range.getKey());
    return Optional.of(new Range(begin, range.getValue() - begin));
  }

  /**
   * Reads a list from a text file: an offset and a length a line, in bytes, with blanks, a comma or
   * a semicolon in between. Empty lines and those that begin with # do not count.
   *
   * @throws SourceUnreadableException if it is not such a file
   */
  public static ChangeList read(Path file) throws IOException {
    ChangeList list = new ChangeList();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
          continue;
        }
        list.add(parse(text, file, number));
        if (list.ranges.size() > MAXIMUM_RANGES) {
          throw unreadable("A list of changes has at most " + MAXIMUM_RANGES + " ranges", file);
        }
      }
    } catch (MalformedInputException e) {
      throw unreadable("The list of changes is not text", file);
    }
    return list;
  }

  private static Range parse(String line, Path file, int number) throws IOException {
    Matcher words = LINE.matcher(line);
    if (words.matches()) {
      try {
        long offset = Long.parseLong(words.group(1));
        long length = Long.parseLong(words.group(2));
        if (length > 0 && offset + length > 0) {
          return new Range(offset, length);
        }
      } catch (NumberFormatException e) {
        // Too large for any disk; it is told below.
      }
    }
    throw unreadable("Line " + number + " of the list of changes is no offset and length", file);
  }

  private static SourceUnreadableException unreadable(String what, Path file) {
    return new SourceUnreadableException(
        Fault.of(what)
            .file(file)
            .cure("write one range a line: its offset and its length, in bytes"),
        null);
  }
}
