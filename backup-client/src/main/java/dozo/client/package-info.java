/**
 * The pushing side: it opens the disks of a VM, finds what they hold and what is hole, and sends
 * them to a server as one restore point, taking up again after a lost connection. It runs on
 * Windows and Linux alike, and therefore knows neither FUSE nor LMDB.
 */
@NullMarked
package dozo.client;

import org.jspecify.annotations.NullMarked;
