package dozo.repository;

import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import dozo.format.manifest.RestorePoint;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackHeader;
import dozo.format.pack.PackReader;
import dozo.format.pack.RangedInput;
import dozo.format.seal.ChunkOpener;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import dozo.format.seal.SegmentView;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Chunks that were spoilt before they were sealed, by bad memory for instance: their segments
 * authenticate, and hold something else than their ids say.
 */
class WrongContentIT {

  @TempDir private Path directory;

  @Test
  void isNotReadAnyMoreOnceVerifyingHasFoundIt() throws Exception {
    byte[] content = new byte[400 << 10];
    new Random(1).nextBytes(content);
    TestRepository.create(directory);
    RestorePoint point;
    KeyRing ring;
    try (Repository repository = TestRepository.open(directory)) {
      point = TestRepository.backUp(repository, vm(1), Map.of("disk0", content));
      ring = repository.keys().ring();
    }
    spoil(ring);
    try (Repository repository = TestRepository.open(directory)) {
      // Reading authenticates and does not compute ids anew.
      assertThat(TestRepository.readDisk(repository, point, "disk0")).isNotEqualTo(content);

      VerifyReport report = repository.verify(VerifyRequest.all(true), VerifyListener.NONE);
      assertThat(report.isSound()).isFalse();
      assertThat(report.toString()).contains("not what its id says");
      assertThatThrownBy(() -> TestRepository.readDisk(repository, point, "disk0"))
          .isInstanceOf(CorruptDataException.class);

      RestorePoint healed = TestRepository.backUp(repository, vm(1), Map.of("disk0", content));
      assertThat(healed.statistics().newBytes()).isPositive();
      assertThat(TestRepository.readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  /** Makes the pack of data anew with the first byte of its first chunk changed. */
  private void spoil(KeyRing ring) throws IOException {
    for (Path file : packs()) {
      UUID id = UUID.fromString(file.getFileName().toString().replace(".pack", ""));
      byte[] bytes = Files.readAllBytes(file);
      PackReader reader = PackReader.open(input(bytes), id, ring.repositoryId());
      PackHeader header = reader.header();
      if (header.contentKind() == ContentKind.DATA) {
        Files.write(file, rebuild(reader, header, ring));
        return;
      }
    }
    throw new AssertionError("There is no pack of data");
  }

  private static byte[] rebuild(PackReader reader, PackHeader header, KeyRing ring)
      throws IOException {
    PackKey key = ring.packKey(header.keyEpoch(), header.packId());
    PackDirectory directory = reader.readDirectory(key);
    PackBuilder builder = new PackBuilder(header, key);
    ByteArrayOutputStream pack = new ByteArrayOutputStream();
    pack.writeBytes(header.encode());
    try (ChunkOpener opener = new ChunkOpener();
        ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL)) {
      for (int i = 0; i < directory.segmentCount(); i++) {
        int sealed = directory.sealedLength(i);
        byte[] record = new byte[PackReader.recordLength(sealed)];
        reader.readRecord(directory.offset(i), sealed, record);
        SegmentView view = new SegmentView();
        opener.open(key, record, 0, record.length, directory.offset(i), view);
        if (i == 0) {
          view.plain()[view.offset(0)]++;
        }
        SegmentBuffer buffer = new SegmentBuffer(64 << 10);
        for (int chunk = 0; chunk < view.chunkCount(); chunk++) {
          buffer.add(view.id(chunk), view.plain(), view.offset(chunk), view.length(chunk));
        }
        SegmentRecord again = new SegmentRecord();
        sealer.compress(buffer, again);
        builder.add(again);
        pack.write(again.bytes(), 0, again.length());
      }
    }
    pack.writeBytes(builder.finish());
    return pack.toByteArray();
  }

  private List<Path> packs() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("packs"))) {
      return files.filter(file -> file.toString().endsWith(".pack")).toList();
    }
  }

  private static RangedInput input(byte[] bytes) {
    return new RangedInput() {
      @Override
      public long sizeBytes() {
        return bytes.length;
      }

      @Override
      public void read(long offset, ByteBuffer target) {
        target.put(bytes, (int) offset, target.remaining());
      }
    };
  }
}
