package dozo.cli.doctor;

import dozo.cli.server.DataDirectory;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether what a repository consists of belongs to the same user throughout. A command that was run
 * on its directory as root leaves files behind that the server can neither read nor replace.
 */
final class OwnershipCheck {

  private static final String NAME = "owner";

  /** Below its directory stand at the most: a directory, another, and files. */
  private static final int DEPTH = 4;

  private static final String PACKS = "packs";

  private OwnershipCheck() {}

  /**
   * Looks at the repository in a directory, or at that which the directory is.
   *
   * @param user who looks; nothing keeps root from what is another's
   */
  static void run(Path directory, String user, Consumer<Finding> told) throws IOException {
    Path inside = directory.resolve(DataDirectory.REPOSITORY);
    Path repository = Files.isDirectory(inside) ? inside : directory;
    if (!Files.exists(repository.resolve("repository.dozo"))) {
      return;
    }
    String owner = Files.getOwner(directory).getName();
    Strangers strangers = new Strangers(owner);
    Files.walkFileTree(repository, Set.of(), DEPTH, strangers);
    told.accept(strangers.finding(repository, user));
  }

  /** Counts what is not the owner's. Packs are as many as there is data, and are passed over. */
  private static final class Strangers extends SimpleFileVisitor<Path> {

    private final String owner;
    private long count;
    private @Nullable Path first;
    private String stranger = "";

    Strangers(String owner) {
      this.owner = owner;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
        throws IOException {
      look(path);
      Path parent = path.getParent();
      return parent != null && parent.endsWith(PACKS)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
      look(path);
      return FileVisitResult.CONTINUE;
    }

    /** A server that runs takes files away, and what cannot be entered was looked at itself. */
    @Override
    public FileVisitResult visitFileFailed(Path path, IOException e) {
      return FileVisitResult.CONTINUE;
    }

    private void look(Path path) throws IOException {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      String found = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
      if (found.equals(owner)) {
        return;
      }
      count++;
      if (first == null) {
        first = path;
        stranger = found;
      }
    }

    Finding finding(Path repository, String user) {
      if (first == null) {
        return Finding.ok(NAME, "All of " + repository + " is " + owner + "'s");
      }
      String found =
          first
              + " belongs to "
              + stranger
              + " and not to "
              + owner
              + (count > 1 ? ", and so do others: " + count + " in all" : "");
      String cure =
          "chown -R "
              + owner
              + ": "
              + repository
              + ", and from now on run commands on it as "
              + owner;
      return user.equals("root")
          ? Finding.warning(NAME, found, cure)
          : Finding.problem(NAME, found, cure);
    }
  }
}
