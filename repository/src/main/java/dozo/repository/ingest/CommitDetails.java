package dozo.repository.ingest;

import dozo.format.manifest.Consistency;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a backup job knows only at the end.
 *
 * @param consistency replaces what the session was begun with; null keeps it
 * @param attributes replace what the session was begun with; null keeps them
 */
public record CommitDetails(
    @Nullable Consistency consistency, @Nullable SortedMap<String, String> attributes) {

  /** Keeps everything as the session was begun with. */
  public static final CommitDetails AS_BEGUN = new CommitDetails(null, null);

  /** Keeps a copy. */
  public CommitDetails {
    attributes =
        attributes == null ? null : Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }
}
