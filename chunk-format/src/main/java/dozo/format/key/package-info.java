/**
 * Keys: how a passphrase or a key file opens a repository, and how every other key comes from what
 * is inside ({@code docs/format.md} §5).
 *
 * <p>Data flows {@link dozo.format.key.KeySlots} (the slot files) and {@link
 * dozo.format.key.KeySource} (a passphrase, a key file or the emergency sheet) to {@link
 * dozo.format.key.OpenedKeys} (the master key, able to make and mend slot files) and on to {@link
 * dozo.format.key.KeyRing}, from which the keys of chunk ids, packs, manifests, state files and
 * receipts are derived. Nothing here reads or writes a file: who changes keys gets the files to
 * publish, in the order in which to publish them.
 *
 * <ul>
 *   <li>No secret is ever part of a text that this package makes.
 *   <li>What a slot file asks for is bounded before it is done: Argon2id gets neither more memory
 *       nor more passes than {@link dozo.format.key.Argon2Cost} allows.
 *   <li>A passphrase is changed by publishing a slot for the new one before the old slot's file is
 *       deleted, so that there is no instant at which neither opens the repository.
 * </ul>
 */
@NullMarked
package dozo.format.key;

import org.jspecify.annotations.NullMarked;
