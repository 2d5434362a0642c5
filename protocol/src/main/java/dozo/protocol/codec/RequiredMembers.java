package dozo.protocol.codec;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks for members that a JSON object should have had. Jackson leaves null what is left out; here
 * a record's own declaration says which of its components may be.
 */
final class RequiredMembers {

  private RequiredMembers() {}

  /**
   * Finds the first component, of the record or of one within it, that is null and may not be.
   *
   * @return its name, or empty if there is none
   */
  static Optional<String> firstMissing(Record record) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = value(record, component);
      if (value == null) {
        if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
          return Optional.of(component.getName());
        }
        continue;
      }
      List<?> parts = value instanceof List<?> list ? list : List.of(value);
      for (Object part : parts) {
        if (part instanceof Record inner) {
          Optional<String> missing = firstMissing(inner);
          if (missing.isPresent()) {
            return missing.map(name -> component.getName() + "." + name);
          }
        }
      }
    }
    return Optional.empty();
  }

  private static @Nullable Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new LinkageError("The accessors of messages are public and only return", e);
    }
  }
}
