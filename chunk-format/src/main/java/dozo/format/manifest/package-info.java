/**
 * Restore points as values, and their manifests as bytes. A restore point exists if and only if its
 * manifest stands in the repository; {@code docs/format.md} §9 has the bytes.
 *
 * <p>Records here are immutable and checked when they are made, so that what comes from a file,
 * from the wire or from a caller has passed the same bounds.
 */
@NullMarked
package dozo.format.manifest;

import org.jspecify.annotations.NullMarked;
