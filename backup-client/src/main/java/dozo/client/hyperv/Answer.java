package dozo.client.hyperv;

import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One line of the script's answer, whose members are looked at before they are believed. */
record Answer(String verb, ObjectNode line) {

  String type() {
    return line.path("type").asString("");
  }

  String text(String name) throws IOException {
    return optionalText(name)
        .orElseThrow(() -> HyperVScript.failed(verb, "left out the member " + name, null));
  }

  Optional<String> optionalText(String name) {
    JsonNode value = line.path(name);
    return value.isString() && !value.stringValue().isBlank()
        ? Optional.of(value.stringValue())
        : Optional.empty();
  }

  long number(String name) throws IOException {
    JsonNode value = line.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw HyperVScript.failed(verb, "has no number in the member " + name, null);
    }
    return value.longValue();
  }
}
