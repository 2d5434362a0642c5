package dozo.cli.config;

import java.util.Optional;

/**
 * What a question about a key was answered.
 *
 * @param key such as {@code listen.admin} or {@code vms[1].name}
 * @param text the value as it is written; empty if there is none
 * @param origin where that comes from; the default if there is none
 */
public record Answer(String key, Optional<String> text, Origin origin) {}
