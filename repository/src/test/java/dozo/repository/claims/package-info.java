/** Tests of claims and leases. */
@NullMarked
package dozo.repository.claims;

import org.jspecify.annotations.NullMarked;
