package dozo.cli.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What all sections of one configuration share while it is read. */
final class Reading {

  private final Mistakes mistakes;
  private final Map<String, Given> given;
  private final Map<String, Answer> answers = new LinkedHashMap<>();

  /**
   * Begins.
   *
   * @param given values that stand above the file's, by their keys
   */
  Reading(String file, Map<String, Given> given) {
    this.mistakes = new Mistakes(file);
    this.given = Map.copyOf(given);
  }

  Mistakes mistakes() {
    return mistakes;
  }

  /** The values above the file's that stand directly in the section of that name. */
  Map<String, Given> given(String section) {
    String prefix = section.isEmpty() ? "" : section + ".";
    Map<String, Given> here = new LinkedHashMap<>();
    given.forEach((key, value) -> {
      if (key.startsWith(prefix) && key.indexOf('.', prefix.length()) < 0) {
        here.put(key.substring(prefix.length()), value);
      }
    });
    return here;
  }

  void answered(String key, String text, Origin origin) {
    answers.put(key, new Answer(key, Optional.of(text), origin));
  }

  void unanswered(String key) {
    answers.putIfAbsent(key, new Answer(key, Optional.empty(), new Origin.Usual()));
  }

  /** Has a key answered otherwise, if it was asked for. */
  void change(String key, UnaryOperator<Answer> change) {
    answers.computeIfPresent(key, (name, before) -> change.apply(before));
  }

  List<Answer> answers() {
    return List.copyOf(answers.values());
  }
}
