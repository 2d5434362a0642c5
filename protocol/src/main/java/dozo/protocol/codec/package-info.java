/**
 * Messages as frames and back: docs/protocol.md §2. Bytes go through {@link
 * dozo.protocol.codec.FrameDecoder}, which believes a length only within the bounds of its type and
 * only for types that the receiver admits at that moment, and keeps no more than one control frame;
 * bytes of disk pass it as slices of what Netty received. {@link dozo.protocol.codec.FrameEncoder}
 * goes the other way. Both are Netty handlers that belong to one connection and its event loop.
 */
@NullMarked
package dozo.protocol.codec;

import org.jspecify.annotations.NullMarked;
