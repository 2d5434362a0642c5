/**
 * Packs: the files that hold sealed segments ({@code docs/format.md} §7). Everything here works on
 * bytes that the caller writes or on a {@link dozo.format.pack.RangedInput}; nothing opens a file.
 *
 * <p>Writing, {@link dozo.format.pack.PackBuilder} says what to put where; reading, {@link
 * dozo.format.pack.PackReader} checks header and trailer and brings the {@link
 * dozo.format.pack.PackDirectory} and the records. {@link dozo.format.pack.PackScanner} goes
 * through a pack record by record without a key, to find rot; {@link dozo.format.pack.PackSalvager}
 * makes a new directory from what such a scan finds; and {@link dozo.format.pack.PackRepairer}
 * brings back the pack as it was, if it has parity and enough of it is left.
 *
 * <ul>
 *   <li>A pack is immutable once published. One that failed half-way is thrown away, never
 *       continued.
 *   <li>A directory says which chunks a pack holds; it never says that they are sound.
 * </ul>
 */
@NullMarked
package dozo.format.pack;

import org.jspecify.annotations.NullMarked;
