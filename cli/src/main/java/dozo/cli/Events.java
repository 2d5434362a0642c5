package dozo.cli;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads what another process of ours says with {@code --json}. */
final class Events {

  private Events() {}

  /** The members of an object that are texts or numbers, as texts. */
  static Map<String, String> members(String json) {
    Map<String, String> members = new HashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue() && parser.currentName() != null) {
          members.put(parser.currentName(), parser.getValueAsString(""));
        }
      }
    }
    return members;
  }
}
