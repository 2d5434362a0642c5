package dozo.format.manifest;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON in UTF-8 as a tree, with bounds on everything that a parser might be made to build. */
final class JsonText {

  private static final int MAXIMUM_DEPTH = 32;
  private static final int MAXIMUM_STRING = 1 << 20;
  private static final int MAXIMUM_NAME = 1_024;
  private static final int MAXIMUM_NUMBER = 64;
  private static final int MAXIMUM_TOKENS = 1_000_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAXIMUM_DEPTH)
                          .maxStringLength(MAXIMUM_STRING)
                          .maxNameLength(MAXIMUM_NAME)
                          .maxNumberLength(MAXIMUM_NUMBER)
                          .maxTokenCount(MAXIMUM_TOKENS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonText() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * Reads an object.
   *
   * @param object what the text is from, for the error
   * @param maximumBytes how long it may be
   */
  static ObjectNode parse(byte[] text, String object, int maximumBytes)
      throws CorruptDataException {
    if (text.length > maximumBytes) {
      throw new CorruptDataException(
          Fault.of("The JSON is too long").in(object).expected(maximumBytes).actual(text.length));
    }
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node instanceof ObjectNode read) {
        return read;
      }
    } catch (JacksonException e) {
      throw new CorruptDataException(
          Fault.of("The JSON cannot be read")
              .in(object)
              .at(e.getLocation() == null ? -1 : e.getLocation().getByteOffset()),
          e);
    }
    throw new CorruptDataException(Fault.of("The JSON is no object").in(object));
  }

  /**
   * Writes an object.
   *
   * @throws IllegalArgumentException if it is longer than it may be
   */
  static byte[] write(ObjectNode node, int maximumBytes) {
    byte[] text = MAPPER.writeValueAsBytes(node);
    if (text.length > maximumBytes) {
      throw new IllegalArgumentException(
          "The JSON has " + text.length + " bytes; the most are " + maximumBytes);
    }
    return text;
  }
}
