package dozo.repository;

import java.nio.file.Path;
import java.util.List;

/** The names in a repository's directory ({@code docs/format.md} §2). */
record RepositoryLayout(Path root) {

  Path identity() {
    return root.resolve("repository.dozo");
  }

  Path lock() {
    return root.resolve("lock");
  }

  Path keys() {
    return root.resolve("keys");
  }

  Path packs() {
    return root.resolve("packs");
  }

  Path manifests() {
    return root.resolve("manifests");
  }

  Path state() {
    return root.resolve("state");
  }

  Path trash() {
    return root.resolve("trash");
  }

  Path temporary() {
    return root.resolve("tmp");
  }

  Path index() {
    return root.resolve("index");
  }

  /** The directories that are made when the repository is; the index makes its own. */
  List<Path> directories() {
    return List.of(keys(), packs(), manifests(), state(), trash(), temporary());
  }
}
