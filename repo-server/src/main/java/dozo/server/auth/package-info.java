/**
 * Who may do what. A token is a random secret of which only the hash is kept, in a state file, with
 * its role and scope; {@link dozo.server.auth.TokenStore} turns a secret into a {@link
 * dozo.server.auth.Principal}, and {@link dozo.server.auth.Permissions} says which messages a role
 * may send. Everything here may be called from any thread and only the changes to tokens block.
 */
@NullMarked
package dozo.server.auth;

import org.jspecify.annotations.NullMarked;
