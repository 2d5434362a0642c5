package dozo.client.hyperv;

import dozo.client.leftover.Journal;
import dozo.client.leftover.Sweeper;
import dozo.client.leftover.Swept;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Removes recovery checkpoints and reference points of ours, and none but those that a journal
 * names: another product's look the same.
 */
public final class HyperVSweeper implements Sweeper {

  static final String CHECKPOINT = "checkpoint ";
  static final String REFERENCE = "reference ";

  @Override
  public String kind() {
    return HyperVVmSource.KIND;
  }

  @Override
  public Swept sweep(Journal journal) throws IOException {
    List<String> words = new ArrayList<>();
    journal.plan().path("script").forEach(word -> words.add(word.asString()));
    HyperVScript script = new HyperVScript(words);
    List<String> actions = new ArrayList<>();
    Set<String> references = new LinkedHashSet<>();
    for (String step : journal.steps()) {
      if (step.startsWith(CHECKPOINT)) {
        String id = step.substring(CHECKPOINT.length());
        script.run("abort", List.of("-Checkpoint", id));
        actions.add("removed the recovery checkpoint " + id);
      } else if (step.startsWith(REFERENCE)) {
        references.add(step.substring(REFERENCE.length()));
      }
    }
    if (!references.isEmpty()) {
      references.add(journal.plan().path("previous").asString(""));
      references.remove("");
      current(journal).ifPresent(references::remove);
      for (String id : references) {
        script.run("sweep", List.of("-Reference", id));
        actions.add("removed the reference point " + id);
      }
    }
    return new Swept(kind(), journal.id(), actions);
  }

  /** The reference point that the next increment is told against. */
  private static Optional<String> current(Journal journal) throws IOException {
    return TrackingToken.read(
            Path.of(journal.plan().path("tracking").asString("")),
            UUID.fromString(journal.plan().path("vm").asString("")))
        .map(TrackingToken::reference);
  }
}
