/**
 * The on-disk structures of VHDX that its reader and its synthesizer share, with their bounds.
 *
 * <p>Everything here is a value or a pure function over a caller's buffer. Decoders take a {@link
 * dozo.vhdx.format.Place} so that what they refuse is reported with file, structure and offset;
 * encoders write what the decoders accept. All integers are little-endian, and so are the buffers
 * that are handed in.
 *
 * <p>For {@code dozo.vhdx.read} and {@code dozo.vhdx.synth} only; other modules use those.
 */
@NullMarked
package dozo.vhdx.format;

import org.jspecify.annotations.NullMarked;
