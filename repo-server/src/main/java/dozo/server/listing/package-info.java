/**
 * What a principal may see of the repository: VMs and restore points in its scope, with as much of
 * them as its role shows. The protocol and the admin API both ask here, so that neither can show
 * more than the other. May be called from any thread; listing all restore points takes a while and
 * does not belong on an event loop.
 */
@NullMarked
package dozo.server.listing;

import org.jspecify.annotations.NullMarked;
