package dozo.format.pack;

/**
 * A range of a pack that does not hold what it should.
 *
 * @param offset where it begins
 * @param lengthBytes how long it is
 * @param what what is wrong with it, as a sentence without its full stop
 */
public record Damage(long offset, long lengthBytes, String what) {}
