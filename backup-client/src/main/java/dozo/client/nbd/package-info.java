/**
 * The client's side of the NBD protocol, as far as reading a frozen disk takes it: the fixed
 * newstyle handshake, structured replies, one metadata context, several connections to one export.
 * The protocol is <a
 * href="https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md">proto.md</a>; what
 * stands in quotation marks is its wording.
 *
 * <p>{@link dozo.client.nbd.NbdClient} is the entry. It never writes, and believes no length that
 * the server tells before it has bounded it. {@link dozo.client.nbd.NbdDisk} is an export as a
 * source's disk.
 */
@NullMarked
package dozo.client.nbd;

import org.jspecify.annotations.NullMarked;
