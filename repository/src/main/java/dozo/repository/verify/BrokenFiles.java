package dozo.repository.verify;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Knows which files were found broken when they were opened or read, rather than verified. */
@FunctionalInterface
public interface BrokenFiles {

  /**
   * Tells of each file what is wrong with it.
   *
   * @param packs are told elsewhere
   */
  List<String> except(Set<UUID> packs);
}
