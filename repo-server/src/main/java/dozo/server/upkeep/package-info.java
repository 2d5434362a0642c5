/**
 * Looking after a repository while it is served: pruning, sweeping, verifying, and asking what
 * deleting would free. A {@link dozo.server.upkeep.UpkeepTask} is read from JSON, wherever that
 * comes from: a command on a bare directory, the admin API, or the schedule; so the same words mean
 * the same everywhere. {@link dozo.server.upkeep.UpkeepJobs} runs one at a time, and one
 * verification beside it, each on a thread of its own, and remembers the last ones.
 */
@NullMarked
package dozo.server.upkeep;

import org.jspecify.annotations.NullMarked;
