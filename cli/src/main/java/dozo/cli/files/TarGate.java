package dozo.cli.files;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lets through of an archive what may arrive here. Each entry is decoded, judged, and encoded anew,
 * so that what is unpacked is what was judged.
 *
 * <p>Every path must lie below one of the names that were asked for, in a directory that came
 * before it and has not ended: nothing is ever written through a link. Devices, pipes and sockets
 * are left out. Files lose the bits that would let whoever runs them become their owner, and the
 * attributes that do the same.
 *
 * <p>For one thread.
 */
final class TarGate {
  private static final int LONGEST_PATH = 4096;

  /** All of them are remembered, because a hard link must not lead through one. */
  private static final int MOST_LINKS = 1 << 20;

  private static final int SET_IDS = 06000;
  private static final String ACCESS_LIST = "system.posix_acl_";

  private final TarReader in;
  private final OutputStream out;
  private final TarWriter writer;
  private final Set<String> roots;
  private final String volume;
  private final Deque<String> directories = new ArrayDeque<>();
  private final Set<String> links = new HashSet<>();
  private final Map<String, Long> leftOut = new TreeMap<>();
  private long files;
  private long bytes;

  /**
   * Prepares to copy an archive.
   *
   * @param names of what was asked for
   */
  static TarGate ofNames(InputStream in, OutputStream out, List<String> names) {
    return new TarGate(in, out, Set.copyOf(names), "");
  }

  /**
   * Prepares to copy the archive of a whole volume.
   *
   * @param volume the name of the directory that it becomes
   */
  static TarGate ofVolume(InputStream in, OutputStream out, String volume) {
    return new TarGate(in, out, Set.of(volume), volume);
  }

  private TarGate(InputStream in, OutputStream out, Set<String> roots, String volume) {
    this.in = new TarReader(in);
    this.out = out;
    this.writer = new TarWriter(out);
    this.roots = roots;
    this.volume = volume;
  }

  /**
   * What arrived.
   *
   * @param files how many of all kinds
   * @param bytes of their content
   * @param leftOut how often what was left out of them
   */
  record Passed(long files, long bytes, Map<String, Long> leftOut) {
    Passed {
      leftOut = Map.copyOf(leftOut);
    }
  }

  /** Copies to the end of the archive. */
  Passed run() throws IOException {
    for (Optional<TarEntry> next = in.next(); next.isPresent(); next = in.next()) {
      pass(next.get());
    }
    writer.end();
    return new Passed(files, bytes, leftOut);
  }

  private void pass(TarEntry entry) throws IOException {
    String path = normal(entry.path());
    String parent = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
    enter(parent, path);
    String link = entry.link();
    int mode = entry.mode();
    switch (entry.type()) {
      case TarEntry.DIRECTORY -> {
        directories.push(path);
        link = "";
      }
      case TarEntry.FILE -> {
        link = "";
        if ((mode & SET_IDS) != 0) {
          count("set-user-id and set-group-id bits");
          mode &= ~SET_IDS;
        }
      }
      case TarEntry.SYMBOLIC_LINK -> {
        if (link.isEmpty() || link.indexOf('\0') >= 0 || link.length() > LONGEST_PATH) {
          throw hostile("a link that leads nowhere", path);
        }
        remember(path);
      }
      case TarEntry.HARD_LINK -> {
        link = normal(link);
        requireNoLinkOnTheWay(link, path);
      }
      default -> {
        count("devices and pipes");
        return;
      }
    }
    writer.entry(entry.with(path, link, mode, kept(entry.attributes())));
    if (entry.type() == TarEntry.FILE) {
      in.content(out);
      writer.endOfContent(entry.sizeBytes());
      bytes += entry.sizeBytes();
    }
    files++;
  }

  /** Goes to the directory in which something is to arrive, which must be one we are in. */
  private void enter(String parent, String path) throws CorruptDataException {
    while (!directories.isEmpty() && !directories.peek().equals(parent)) {
      directories.pop();
    }
    boolean isRoot = parent.isEmpty() && roots.contains(path);
    if ((directories.isEmpty() && !isRoot) || links.contains(path)) {
      throw hostile("a file outside of what was asked for", path);
    }
  }

  private void remember(String path) throws IOException {
    if (links.size() == MOST_LINKS) {
      throw new IOException(
          "There are more than " + MOST_LINKS + " symbolic links. What to do: copy less at a time");
    }
    links.add(path);
  }

  private void requireNoLinkOnTheWay(String target, String path) throws CorruptDataException {
    String root = target.contains("/") ? target.substring(0, target.indexOf('/')) : target;
    if (!roots.contains(root) || leadsThroughLink(target)) {
      throw hostile("a hard link to something outside", path);
    }
  }

  /** Where a path of the archive arrives; one that is not plainly below a root is refused. */
  private String normal(String path) throws CorruptDataException {
    String bare = path.startsWith("./") ? path.substring(2) : path;
    while (bare.endsWith("/")) {
      bare = bare.substring(0, bare.length() - 1);
    }
    if (bare.isEmpty() && !volume.isEmpty()) {
      return volume;
    }
    if (bare.length() > LONGEST_PATH || bare.indexOf('\0') >= 0) {
      throw hostile("a path that is none", bare);
    }
    for (String name : bare.split("/", -1)) {
      if (name.isEmpty() || name.equals("..") || name.equals(".")) {
        throw hostile("a path that leads elsewhere", bare);
      }
    }
    return volume.isEmpty() ? bare : volume + "/" + bare;
  }

  /**
   * Where a file that tar names has arrived, if it can be reached without going through a link.
   *
   * @param path as tar's complaints have it, without the dot at its beginning
   */
  Optional<String> arrived(String path) {
    try {
      String arrived = normal(path);
      return leadsThroughLink(arrived) || links.contains(arrived)
          ? Optional.empty()
          : Optional.of(arrived);
    } catch (CorruptDataException e) {
      return Optional.empty(); // Nothing of that name was let through.
    }
  }

  private boolean leadsThroughLink(String path) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      if (links.contains(path.substring(0, slash))) {
        return true;
      }
    }
    return false;
  }

  private Map<String, String> kept(Map<String, String> attributes) {
    Map<String, String> kept = new HashMap<>();
    attributes.forEach((name, value) -> {
      // A name with such a character would end a record early, or match as a pattern.
      if ((name.startsWith("user.") || name.startsWith(ACCESS_LIST))
          && !name.contains("=")
          && !name.contains("\0")) {
        kept.put(name, value);
      } else {
        int dot = name.indexOf('.');
        count(dot > 0 && dot < 12 ? name.substring(0, dot) + ".* attributes" : "attributes");
      }
    });
    return kept;
  }

  private void count(String what) {
    if (leftOut.size() < 16 || leftOut.containsKey(what)) {
      leftOut.merge(what, 1L, Long::sum);
    }
  }

  private static CorruptDataException hostile(String what, String path) {
    return new CorruptDataException(
        Fault.of("What reads the guest's files sent " + what + ": " + GuestNames.shown(path))
            .cure(
                "nothing was written outside of the target; the file system may be made to attack"
                    + " whoever reads it, so look at it in a VM"));
  }
}
