/**
 * The restore points of a repository: their manifests on disk, and in memory what these say. A
 * manifest under its name is a restore point; publishing it is the commit.
 */
@NullMarked
package dozo.repository.catalogue;

import org.jspecify.annotations.NullMarked;
