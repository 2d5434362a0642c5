package dozo.server.audit;

/**
 * Something in a log that is not as it has to be.
 *
 * @param file the file's name
 * @param offset where in it
 * @param what what is wrong, as a sentence without its full stop
 */
public record AuditFinding(String file, long offset, String what) {}
