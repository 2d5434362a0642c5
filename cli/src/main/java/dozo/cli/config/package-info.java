/**
 * Reads the YAML files that people write: a server's configuration, a backup job.
 *
 * <p>All mistakes of a file are told at once, each with its line, its key and what is allowed
 * there. {@link dozo.cli.config.ConfigFile} parses the text; its {@link dozo.cli.config.Section}s
 * are then asked for the keys that they may have, one call a key, which says how the value is read
 * and returns nothing where it cannot be. {@link dozo.cli.config.ConfigFile#check} comes last: it
 * adds the keys that nobody asked for, and throws if there was any mistake. What was read before
 * counts only once it has returned.
 *
 * <pre>{@code
 * ConfigFile file = ConfigFile.read(path);
 * Section root = file.root();
 * String name = root.text("name").orElseGet(() -> root.missing("name", ""));
 * Duration drain = root.time("drain").orElse(Duration.ofSeconds(30));
 * List<Disk> disks = root.sections("disks").stream().map(Disk::read).toList();
 * file.check();
 * }</pre>
 *
 * <p>A file may be laid over defaults, which are a text of the same form, and single values from
 * options and the environment over the file. {@link dozo.cli.config.ConfigFile#answers} then tells
 * for each question what counts and where that comes from.
 *
 * <p>A scalar is its text as it was written: {@code no}, {@code 007} and {@code 1.10} are what they
 * look like, and only the caller's question makes a number or a truth of them. Files are bounded in
 * length and depth. Nothing here is meant for several threads.
 */
@NullMarked
package dozo.cli.config;

import org.jspecify.annotations.NullMarked;
