/**
 * Checking that restore points can be read: their maps, and where each chunk lies, or its every
 * byte. {@link dozo.repository.verify.Verifier} walks each distinct map node once, whatever number
 * of restore points share it.
 */
@NullMarked
package dozo.repository.verify;

import org.jspecify.annotations.NullMarked;
