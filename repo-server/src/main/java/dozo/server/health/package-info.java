/**
 * What an operator should look at. {@link dozo.server.health.DataHealth} holds what a restore point
 * cost against what those before it did, which shows when a guest's data was encrypted; {@link
 * dozo.server.health.Suspicions} keeps what was found so until somebody has acknowledged it, and
 * has pruning leave the VM alone until then; {@link dozo.server.health.Warnings} collects these and
 * what else is amiss. May be called from any thread; it reads state files, and goes over all
 * restore points.
 */
@NullMarked
package dozo.server.health;

import org.jspecify.annotations.NullMarked;
