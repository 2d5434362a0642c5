package dozo.repository.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The index as it was on stable storage at places of the journal. LMDB does its own writing, which
 * no file layer sees; a power cut shows one of the states that it had before, or the worse that a
 * test may think of.
 */
final class IndexCopies {

  private final List<Copy> copies = new ArrayList<>();

  private static final class Copy {

    private final int position;
    private final byte[] data;

    Copy(int position, byte[] data) {
      this.position = position;
      this.data = data;
    }
  }

  /** Where LMDB keeps its data under a repository's root. */
  static Path dataFile(Path root) {
    return root.resolve("index").resolve("data.mdb");
  }

  /** Notes the index as it is, while nobody writes to it. */
  void take(Path root, int position) throws IOException {
    if (Files.exists(dataFile(root))) {
      copies.add(new Copy(position, Files.readAllBytes(dataFile(root))));
    }
  }

  /**
   * Puts an index in place as it may be after a power cut.
   *
   * @return what it is like
   */
  String put(Path root, int position, Random random) throws IOException {
    Path file = dataFile(root);
    Files.createDirectories(root.resolve("index"));
    Files.deleteIfExists(file);
    Files.deleteIfExists(file.resolveSibling("lock.mdb"));
    List<Copy> earlier = copies.stream().filter(copy -> copy.position <= position).toList();
    int mood = random.nextInt(8);
    if (mood == 0 || earlier.isEmpty()) {
      return "no index";
    }
    byte[] data =
        (random.nextBoolean() ? earlier.getLast() : earlier.get(random.nextInt(earlier.size())))
            .data.clone();
    return switch (mood) {
      case 1 -> {
        random.nextBytes(data);
        Files.write(file, data);
        yield "an index of garbage";
      }
      case 2 -> {
        Files.write(file, Arrays.copyOf(data, random.nextInt(data.length)));
        yield "an index that is cut off";
      }
      default -> {
        Files.write(file, data);
        yield "an index of earlier";
      }
    };
  }
}
