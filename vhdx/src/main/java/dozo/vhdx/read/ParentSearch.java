package dozo.vhdx.read;

import dozo.vhdx.VhdxException;
import dozo.vhdx.format.Guid;
import dozo.vhdx.format.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Finds parents among the files that a caller gave. A parent has the last name of a path that its
 * child gives, and the GUID that it gives in its header. Directories count for nothing, and nothing
 * outside of the given files is ever looked at.
 *
 * <p>The name is asked for as well as the GUID, because a file of the right name and another GUID
 * says that the parent was written to after its child was made, even if an older copy of it is at
 * hand.
 *
 * <p>For one thread.
 */
final class ParentSearch {

  /** A file that may be a parent. */
  record Candidate(ByteSource source, HeaderSection headers) {

    UUID dataWriteGuid() {
      return headers.current().dataWriteGuid();
    }

    String name() {
      return source.name();
    }

    boolean isIn(List<? extends ByteSource> files) {
      return files.stream().anyMatch(file -> file.identity().equals(source.identity()));
    }
  }

  private final List<Candidate> candidates = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();

  /** Reads the headers of all files; one that is no VHDX matters only if a parent is missing. */
  ParentSearch(Collection<? extends ByteSource> files) throws IOException {
    for (ByteSource file : files) {
      try {
        candidates.add(new Candidate(file, HeaderSection.read(file)));
      } catch (VhdxException e) {
        unreadable.add(String.valueOf(e.getMessage()));
      }
    }
  }

  /**
   * Finds the parent of the last file of a chain.
   *
   * @param chain the files that were found so far, leaf first
   * @throws VhdxException if none of the files is the parent, or if the parent is a file of the
   *     chain
   */
  Candidate find(VhdxFile child, ParentLocator locator, List<? extends ByteSource> chain)
      throws VhdxException {
    Place place = new Place(child.name(), "parent locator", locator.fileOffset());
    String guid = Guid.text(locator.linkage());
    List<Candidate> named = named(locator);
    if (named.isEmpty()) {
      throw place.brokenChain("a file " + names(locator) + " with GUID " + guid, others(locator));
    }
    List<Candidate> matches =
        named.stream().filter(c -> locator.matches(c.dataWriteGuid())).toList();
    if (matches.isEmpty()) {
      Candidate wrong = named.getFirst();
      throw place.brokenChain(
          "a parent with GUID " + guid,
          "%s with %s: it was replaced, or written to after its child was made"
              .formatted(wrong.name(), Guid.text(wrong.dataWriteGuid())));
    }
    return matches.stream()
        .filter(c -> !c.isIn(chain))
        .findFirst()
        .orElseThrow(() ->
            place.corrupt(
                "a parent that is not a descendant of its child", matches.getFirst().name()));
  }

  /** The files with the first name of the locator that any file has. */
  private List<Candidate> named(ParentLocator locator) {
    if (locator.paths().isEmpty()) {
      return candidates;
    }
    for (String name : locator.fileNames()) {
      List<Candidate> named =
          candidates.stream()
              .filter(c -> ParentLocator.fileName(c.name()).equalsIgnoreCase(name))
              .toList();
      if (!named.isEmpty()) {
        return named;
      }
    }
    return List.of();
  }

  private static String names(ParentLocator locator) {
    return String.join(" or ", locator.fileNames());
  }

  /** Says what was there instead, the most telling first. */
  private String others(ParentLocator locator) {
    String renamed =
        candidates.stream()
            .filter(c -> locator.matches(c.dataWriteGuid()))
            .map(c -> c.name() + " has that GUID and another name")
            .collect(Collectors.joining(", "));
    if (!renamed.isEmpty()) {
      return renamed;
    }
    String none = "none among %d files".formatted(candidates.size());
    return unreadable.isEmpty() ? none : none + "; passed over " + unreadable.getFirst();
  }
}
