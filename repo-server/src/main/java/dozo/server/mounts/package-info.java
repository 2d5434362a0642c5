/**
 * What the server knows of mounts: an interface, because it can neither mount nor start programs.
 * The command line implements it with processes that outlive the server; the admin API decides who
 * may do what with it. Calls may come from any thread, and wait for processes and disks.
 */
@NullMarked
package dozo.server.mounts;

import org.jspecify.annotations.NullMarked;
