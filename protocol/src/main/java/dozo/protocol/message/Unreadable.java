package dozo.protocol.message;

/**
 * Stands in the place of a control message whose JSON could not be read. The frame around it was
 * sound, so the sender is told and the connection goes on. Never sent.
 *
 * @param type what it was to be
 * @param reason what is wrong with it, without its content
 */
public record Unreadable(MessageType type, String reason) implements Message {}
