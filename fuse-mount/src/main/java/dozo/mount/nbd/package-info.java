/**
 * Serves disks by the Network Block Device protocol (the document {@code doc/proto.md} of the NBD
 * project): a way into qemu, nbd-client and libguestfs that needs neither FUSE nor root. {@link
 * dozo.mount.nbd.NbdServer} is the way in, and serves {@link dozo.mount.nbd.NbdExport}s.
 *
 * <p>A connection is negotiated by {@code NbdHandshake} (fixed newstyle, structured replies,
 * base:allocation) and then served by {@code NbdTransmission}: one thread reads its requests, a few
 * carry them out, and what they hold in memory is bounded before it is read.
 *
 * <p>The protocol has no passwords. So a server listens on a Unix socket of its owner or on a
 * loopback address; anywhere else it takes nothing before TLS, and TLS only from clients with a
 * certificate ({@link dozo.mount.nbd.NbdTls}).
 */
@NullMarked
package dozo.mount.nbd;

import org.jspecify.annotations.NullMarked;
