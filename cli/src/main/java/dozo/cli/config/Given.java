package dozo.cli.config;

/**
 * A value that stands above the file's, as it would be written there.
 *
 * @param origin an option or an environment variable
 */
public record Given(String text, Origin origin) {}
