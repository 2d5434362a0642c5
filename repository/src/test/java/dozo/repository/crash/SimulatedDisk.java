package dozo.repository.crash;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A tree of files as programs see it, together with what of it is on stable storage, by the rules
 * of {@code docs/durability.md} §1. Guarded by its machine.
 */
final class SimulatedDisk {

  /** A file or a directory. */
  sealed interface Node permits SimulatedFile, SimulatedDirectory {}

  private SimulatedDirectory root = new SimulatedDirectory();

  /** Makes a change. If it cannot be made, nothing has changed. */
  void apply(DiskChange change) throws IOException {
    switch (change) {
      case DiskChange.Create(String path) -> create(path, new SimulatedFile());
      case DiskChange.CreateDirectory(String path) -> create(path, new SimulatedDirectory());
      case DiskChange.Append append -> file(append.path()).append(append.bytes());
      case DiskChange.Sync(String path, boolean failed) -> file(path).sync(failed);
      case DiskChange.SyncDirectory(String path, boolean failed) -> directory(path).sync(failed);
      case DiskChange.Delete(String path) -> delete(path);
      case DiskChange.Rename(String from, String to) -> {
        SimulatedFile moved = file(from);
        parent(to).put(name(to), moved);
        parent(from).remove(name(from));
      }
      case DiskChange.PowerCut(long seed) -> root = rootAfterPowerCut(new Random(seed));
    }
  }

  private void create(String path, Node node) throws IOException {
    if (find(path).isPresent()) {
      throw new FileAlreadyExistsException(path);
    }
    parent(path).put(name(path), node);
  }

  private void delete(String path) throws IOException {
    if (find(path).orElse(null) instanceof SimulatedDirectory full && !full.names().isEmpty()) {
      throw new DirectoryNotEmptyException(path);
    }
    parent(path).remove(name(path));
  }

  /** The file or directory of that path. */
  Optional<Node> find(String path) {
    Node node = root;
    if (!path.isEmpty()) {
      for (String name : path.split("/", -1)) {
        Node next = node instanceof SimulatedDirectory within ? within.names().get(name) : null;
        if (next == null) {
          return Optional.empty();
        }
        node = next;
      }
    }
    return Optional.of(node);
  }

  SimulatedFile file(String path) throws IOException {
    if (find(path).orElse(null) instanceof SimulatedFile file) {
      return file;
    }
    throw new NoSuchFileException(path);
  }

  SimulatedDirectory directory(String path) throws IOException {
    Node node = find(path).orElseThrow(() -> new NoSuchFileException(path));
    if (node instanceof SimulatedDirectory directory) {
      return directory;
    }
    throw new NotDirectoryException(path);
  }

  private SimulatedDirectory parent(String path) throws IOException {
    return directory(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The disk after a power cut that took all that it could; this one stays as it is. */
  SimulatedDisk afterWorstPowerCut() {
    return afterPowerCut(new NoLuck());
  }

  /** Always chooses that what can be lost is lost. */
  private static final class NoLuck extends Random {

    @Override
    protected int next(int bits) {
      return 0;
    }
  }

  /** The disk as it may be after a power cut; this one stays as it is. */
  SimulatedDisk afterPowerCut(Random random) {
    SimulatedDisk after = new SimulatedDisk();
    after.root = rootAfterPowerCut(random);
    return after;
  }

  private SimulatedDirectory rootAfterPowerCut(Random random) {
    return new Survivors(random).directory(root);
  }

  /** What becomes of each node, told once and the same for all its names. */
  private static final class Survivors {

    private final Random random;
    private final Map<Node, Node> nodes = new HashMap<>();

    Survivors(Random random) {
      this.random = random;
    }

    SimulatedDirectory directory(SimulatedDirectory before) {
      return before.afterPowerCut(random, this::node);
    }

    private Node node(Node before) {
      Node known = nodes.get(before);
      if (known == null) {
        known =
            switch (before) {
              case SimulatedFile file -> file.afterPowerCut(random);
              case SimulatedDirectory directory -> directory(directory);
            };
        nodes.put(before, known);
      }
      return known;
    }
  }

  /** A copy of what programs see, with all of it on stable storage. */
  SimulatedDisk copy() {
    SimulatedDisk copy = new SimulatedDisk();
    copy.root = copy(root);
    return copy;
  }

  private static SimulatedDirectory copy(SimulatedDirectory directory) {
    SimulatedDirectory copy = new SimulatedDirectory();
    directory
        .names()
        .forEach((name, node) ->
            copy.settle(
                name,
                switch (node) {
                  case SimulatedFile file -> file.copy();
                  case SimulatedDirectory below -> copy(below);
                }));
    return copy;
  }
}
