/**
 * Programs of the host that sources drive: {@link dozo.client.program.Program} runs one with a list
 * of words, never through a shell, in the C locale, and bounds how long it may take and how much it
 * may say.
 */
@NullMarked
package dozo.client.program;

import org.jspecify.annotations.NullMarked;
