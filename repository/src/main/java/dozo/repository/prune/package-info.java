/**
 * Forgetting restore points. {@link dozo.repository.prune.Pruner} applies a policy, whose decisions
 * {@code dozo.repository.retention} makes, and moves the manifests of what is forgotten to the
 * trash; until they are purged there, they keep what they need, and can be brought back. Space is
 * given back by {@code dozo.repository.sweep} only.
 *
 * <p>What a reader has open, what is pinned or held, and the last restore point of a VM that
 * verifies are not forgotten.
 */
@NullMarked
package dozo.repository.prune;

import org.jspecify.annotations.NullMarked;
