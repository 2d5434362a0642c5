package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.cli.quickstart.Tool;
import java.nio.file.Path;
import java.util.List;

/** What an {@link AgentGuest} had written to its disk. */
final class GuestWrites {
  /** Where a line of debugfs has a file's name. */
  private static final int NAME = 5;

  private GuestWrites() {}

  /**
   * The number of its last write in an image of the disk, whose file system has to be whole.
   *
   * @param frozen whether there may be no journal to replay
   */
  static long last(Path image, boolean frozen) throws Exception {
    if (!frozen) {
      // A journal is replayed first, as the guest would when it boots. 1 says that this was done.
      Process replay =
          new ProcessBuilder("e2fsck", "-p", image.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(replay.waitFor()).isLessThanOrEqualTo(1);
    }
    String said = Tool.require("e2fsck", "e2fsprogs").run(null, "-fn", image.toString());
    assertThat(said).doesNotContain("skipping journal recovery");
    String count =
        Tool.require("debugfs", "e2fsprogs").run(null, "-R", "cat /count", image.toString());
    return count
        .lines()
        .map(String::strip)
        .filter(line -> line.matches("\\d+"))
        .findFirst()
        .map(Long::parseLong)
        .orElseThrow();
  }

  /** The names in the root directory of an image of the disk. */
  static List<String> names(Path image) throws Exception {
    return Tool.require("debugfs", "e2fsprogs")
        .run(null, "-R", "ls -p /", image.toString())
        .lines()
        .map(line -> line.split("/", -1))
        .filter(fields -> fields.length > NAME)
        .map(fields -> fields[NAME])
        .toList();
  }
}
