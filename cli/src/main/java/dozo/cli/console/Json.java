package dozo.cli.console;

import java.io.StringWriter;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One JSON object on one line, written as its members come.
 *
 * <p>Streams instead of binding objects: binding would cost more time than most commands take, and
 * would tie the names that scripts rely on to the names of fields.
 */
public final class Json {

  private static final JsonFactory FACTORY = new JsonFactory();

  private final JsonGenerator generator;

  private Json(JsonGenerator generator) {
    this.generator = generator;
  }

  /** Returns the text of an object whose members the writer puts. */
  public static String object(Consumer<Json> members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      generator.writeStartObject();
      members.accept(new Json(generator));
      generator.writeEndObject();
    }
    return text.toString();
  }

  /** Puts a text. */
  public Json put(String name, String value) {
    generator.writeStringProperty(name, value);
    return this;
  }

  /** Puts a whole number. */
  public Json put(String name, long value) {
    generator.writeNumberProperty(name, value);
    return this;
  }

  /** Puts a number, rounded to thousandths. */
  public Json put(String name, double value) {
    generator.writeNumberProperty(name, Math.round(value * 1000) / 1000.0);
    return this;
  }

  /** Puts a truth. */
  public Json put(String name, boolean value) {
    generator.writeBooleanProperty(name, value);
    return this;
  }

  /** Puts a value that is JSON already. */
  public Json putJson(String name, String json) {
    generator.writeName(name);
    generator.writeRawValue(json);
    return this;
  }

  /** Puts an object. */
  public Json put(String name, Consumer<Json> members) {
    generator.writeObjectPropertyStart(name);
    members.accept(this);
    generator.writeEndObject();
    return this;
  }

  /** Puts an array of objects, one an item. */
  public <T> Json put(String name, Collection<T> items, BiConsumer<Json, T> members) {
    generator.writeArrayPropertyStart(name);
    for (T item : items) {
      generator.writeStartObject();
      members.accept(this, item);
      generator.writeEndObject();
    }
    generator.writeEndArray();
    return this;
  }

  /** Puts an array of texts. */
  public Json put(String name, Collection<String> texts) {
    generator.writeArrayPropertyStart(name);
    texts.forEach(generator::writeString);
    generator.writeEndArray();
    return this;
  }
}
