package dozo.repository;

import java.nio.file.Path;
import java.util.List;

/** The names in a repository's directory ({@code docs/format.md} §2). */
public record RepositoryLayout(Path root) {

  /** The file that says which repository it is. */
  public Path identity() {
    return root.resolve("repository.dozo");
  }

  /** The file that is locked. */
  public Path lock() {
    return root.resolve("lock");
  }

  /** The directory of key slots. */
  public Path keys() {
    return root.resolve("keys");
  }

  /** The directory of packs. */
  public Path packs() {
    return root.resolve("packs");
  }

  /** The directory of manifests. */
  public Path manifests() {
    return root.resolve("manifests");
  }

  /** The directory of what operators set. */
  public Path state() {
    return root.resolve("state");
  }

  /** The directory of the log of who did what; made by whoever first writes to it. */
  public Path audit() {
    return root.resolve("audit");
  }

  /** The directory of what was retired. */
  public Path trash() {
    return root.resolve("trash");
  }

  /** The directory of files without a name. */
  public Path temporary() {
    return root.resolve("tmp");
  }

  /** The directory of the index. */
  public Path index() {
    return root.resolve("index");
  }

  /** When packs were verified: a hint like the index, and beside it. */
  public Path verified() {
    return index().resolve("verified");
  }

  /** The directories that are made when the repository is; the index makes its own. */
  public List<Path> directories() {
    return List.of(keys(), packs(), manifests(), state(), trash(), temporary());
  }
}
