package dozo.bench.cut;

import dozo.cli.quickstart.Tool;
import dozo.format.key.KeyRing;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackReader;
import dozo.repository.Repository;
import dozo.repository.RepositoryLayout;
import dozo.repository.storage.LocalFiles;
import dozo.repository.storage.ReadableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** How long all packs are. */
final class PackSizes {

  private long packBytes;
  private long mapPackBytes;

  private PackSizes() {}

  /** Adds up all packs. */
  static PackSizes of(Repository repository, RepositoryLayout layout) throws IOException {
    PackSizes sizes = new PackSizes();
    KeyRing ring = repository.keys().ring();
    List<Path> packs;
    try (Stream<Path> files = Files.walk(layout.packs())) {
      packs = files.filter(Files::isRegularFile).toList();
    }
    for (Path pack : packs) {
      sizes.add(pack, ring);
    }
    return sizes;
  }

  private void add(Path path, KeyRing ring) throws IOException {
    UUID id = UUID.fromString(path.getFileName().toString().replace(".pack", ""));
    try (ReadableFile file = new LocalFiles().open(path)) {
      PackReader reader = PackReader.open(file, id, ring.repositoryId());
      packBytes += file.sizeBytes();
      if (reader.header().contentKind() != ContentKind.DATA) {
        mapPackBytes += file.sizeBytes();
      }
    }
  }

  long packBytes() {
    return packBytes;
  }

  long mapPackBytes() {
    return mapPackBytes;
  }

  /** What is allocated for a file with holes. */
  static long usedBytes(Path file) throws IOException {
    String blocks = Tool.require("stat", "coreutils").run(null, "-c", "%b", file.toString());
    return Long.parseLong(blocks.strip()) * 512;
  }
}
