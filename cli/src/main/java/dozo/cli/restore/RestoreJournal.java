package dozo.cli.restore;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/**
 * How far a restore has come. A journal is written after what it speaks of was forced to stable
 * storage, and replaced whole, so that it never promises too much.
 *
 * @param subject what is being restored and how; another subject's journal is of no use
 * @param position every byte of the disk before it is in the file
 */
record RestoreJournal(String subject, long position) {

  private static final int MAXIMUM_BYTES = 16 << 10;

  /** Reads a journal; empty if there is none, or none that can be understood. */
  static Optional<RestoreJournal> read(Path file) throws IOException {
    Properties entries = new Properties();
    try {
      if (Files.size(file) > MAXIMUM_BYTES) {
        return Optional.empty();
      }
      try (Reader reader = new StringReader(Files.readString(file))) {
        entries.load(reader);
      }
      long position = Long.parseLong(entries.getProperty("position", "-1"));
      return position < 0
          ? Optional.empty()
          : Optional.of(new RestoreJournal(entries.getProperty("subject", ""), position));
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  void write(Path file) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(
        next, "subject=" + subject + "\nposition=" + position + "\n", StandardCharsets.UTF_8);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
