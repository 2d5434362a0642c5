package dozo.mount.fuse;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says our options in libfuse's words. */
final class MountArguments {
  /** The longest request that libfuse 2 and the kernel agree on. */
  private static final int MAX_REQUEST_BYTES = 128 << 10;

  /** How many requests for which no reader waits the kernel may have under way. */
  private static final int MAX_BACKGROUND = 64;

  private MountArguments() {}

  static String of(MountOptions options) {
    List<String> words = new ArrayList<>();
    words.add(options.writable() ? "rw" : "ro");
    words.add("nosuid");
    words.add("nodev");
    words.add("noexec");
    words.add("noatime");
    words.add("fsname=" + escaped(options.source()));
    words.add("subtype=dozo");
    if (options.allowOther()) {
      words.add("allow_other");
    }
    if (options.allowNonEmpty()) {
      words.add("nonempty");
    }
    // The kernel itself compares owners and modes, without asking us.
    words.add("default_permissions");
    // Our inode numbers, not ones that libfuse makes up anew at every mount.
    words.add("use_ino");
    words.add("readdir_ino");
    // What is mounted changes only through the mount, so the page cache stays true between opens,
    // and names and attributes stay true until they are forgotten. That something is absent is
    // never
    // remembered: a restore point may appear at any time.
    words.add("kernel_cache");
    String seconds =
        String.format(Locale.ROOT, "%.3f", options.attributeTimeout().toMillis() / 1000.0);
    words.add("entry_timeout=" + seconds);
    words.add("attr_timeout=" + seconds);
    words.add("negative_timeout=0");
    words.add("max_read=" + MAX_REQUEST_BYTES);
    words.add("max_write=" + MAX_REQUEST_BYTES);
    // Without it every write is cut into pages.
    words.add("big_writes");
    words.add("max_background=" + MAX_BACKGROUND);
    return String.join(",", words);
  }

  /** Commas and backslashes separate and escape in libfuse, blanks in the table of mounts. */
  private static String escaped(String source) {
    return source.replaceAll("[^\\p{Alnum}._:/@#-]", "_");
  }
}
