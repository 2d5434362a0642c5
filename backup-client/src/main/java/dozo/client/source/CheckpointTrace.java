package dozo.client.source;

/**
 * What a checkpoint leaves behind on its host if whoever made it dies.
 *
 * @param kind a word for what makes it, 1 to 32 characters
 * @param object what an admin finds it by, 1 to 1,024 characters, the same for each checkpoint of
 *     the machine
 */
public record CheckpointTrace(String kind, String object) {}
