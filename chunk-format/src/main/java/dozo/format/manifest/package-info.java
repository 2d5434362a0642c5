/**
 * Restore points as values, and their manifests as bytes; and the other small files that say
 * something: {@code repository.dozo} and what operators set. A restore point exists if and only if
 * its manifest stands in the repository; {@code docs/format.md} §4, §9 and §10 have the bytes.
 *
 * <p>JSON is mapped by hand, member by member, so that every bound and every name stands in one
 * place and nothing that comes from outside chooses a type.
 *
 * <p>Records here are immutable and checked when they are made, so that what comes from a file,
 * from the wire or from a caller has passed the same bounds.
 */
@NullMarked
package dozo.format.manifest;

import org.jspecify.annotations.NullMarked;
