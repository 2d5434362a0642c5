/**
 * The closed set of messages of docs/protocol.md, as records: {@link
 * dozo.protocol.message.ConnectionMessage}, {@link dozo.protocol.message.SessionMessage}, {@link
 * dozo.protocol.message.ListingMessage} and {@link dozo.protocol.message.ReadingMessage}, in the
 * order of its chapters. A {@link dozo.protocol.message.Frame} says on which channel one travels.
 *
 * <p>A message that came from the wire has passed the bounds of its type, no more: whether it makes
 * sense is for its receiver to judge. Messages are immutable, but two carry bytes in a Netty buffer
 * which whoever takes the message has to release; they are named in the record's documentation.
 */
@NullMarked
package dozo.protocol.message;

import org.jspecify.annotations.NullMarked;
