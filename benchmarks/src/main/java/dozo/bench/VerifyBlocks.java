package dozo.bench;

import com.github.luben.zstd.Zstd;
import dozo.format.ChunkHasher;
import dozo.format.Crc32c;
import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackReader;
import dozo.format.seal.ChunkOpener;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.SegmentView;
import dozo.repository.Repository;
import dozo.repository.RepositoryLayout;
import dozo.repository.storage.LocalFiles;
import dozo.repository.storage.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The blocks that verifying is built of, each done alone and on one thread over all the segments of
 * a repository. Encryption stands for decryption, which costs the same.
 */
final class VerifyBlocks {

  private static final int READ_BYTES = 1 << 20;
  private static final int TAG_BITS = 128;

  private final List<Path> packs;
  private final List<Segment> segments = new ArrayList<>();
  private final ChunkHasher hasher = new ChunkHasher(new byte[ChunkHasher.KEY_BYTES]);
  private final byte[] target = new byte[8 << 20];

  /** A segment as it is in memory. */
  private static final class Segment {

    private final int sealedBytes;
    private final byte[] plain;
    private final byte[] compressed;
    private final int firstChunk;
    private final int[] chunkBytes;

    Segment(int sealedBytes, SegmentView view) {
      this.sealedBytes = sealedBytes;
      plain = Arrays.copyOf(view.plain(), view.plainLength());
      compressed = Zstd.compress(plain, ChunkSealer.DEFAULT_LEVEL);
      firstChunk = view.offset(0);
      chunkBytes = new int[view.chunkCount()];
      Arrays.setAll(chunkBytes, view::length);
    }
  }

  VerifyBlocks(Repository repository, Path root) throws IOException {
    try (Stream<Path> files = Files.walk(new RepositoryLayout(root).packs())) {
      packs = files.filter(Files::isRegularFile).toList();
    }
    KeyRing ring = repository.keys().ring();
    for (Path pack : packs) {
      load(pack, ring);
    }
  }

  private void load(Path path, KeyRing ring) throws IOException {
    UUID id = UUID.fromString(path.getFileName().toString().replace(".pack", ""));
    SegmentView view = new SegmentView();
    try (ReadableFile file = new LocalFiles().open(path);
        ChunkOpener opener = new ChunkOpener()) {
      PackReader reader = PackReader.open(file, id, ring.repositoryId());
      PackKey key = ring.packKey(reader.header().keyEpoch(), id);
      PackDirectory listed = reader.readDirectory(key);
      for (int s = 0; s < listed.segmentCount(); s++) {
        int length = PackReader.recordLength(listed.sealedLength(s));
        byte[] record = new byte[length];
        reader.readRecord(listed.offset(s), listed.sealedLength(s), record);
        opener.open(key, record, 0, length, listed.offset(s), view);
        segments.add(new Segment(listed.sealedLength(s), view));
      }
    }
  }

  /** Reads the packs, from front to back. */
  long read() throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(target, 0, READ_BYTES);
    long bytes = 0;
    for (Path pack : packs) {
      try (ReadableFile file = new LocalFiles().open(pack)) {
        long size = file.sizeBytes();
        for (long at = 0; at < size; at += READ_BYTES) {
          buffer.clear().limit((int) Math.min(READ_BYTES, size - at));
          file.read(at, buffer);
          bytes += buffer.position();
        }
      }
    }
    return bytes;
  }

  long checksum() {
    long result = 0;
    for (Segment segment : segments) {
      result += Crc32c.of(target, 0, segment.sealedBytes);
    }
    return result;
  }

  long authenticate() throws IOException {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
      byte[] nonce = new byte[12];
      long result = 0;
      for (Segment segment : segments) {
        ByteBuffer.wrap(nonce).putLong(++result);
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
        int plain = segment.sealedBytes - TAG_BITS / Byte.SIZE;
        cipher.doFinal(segment.plain, 0, Math.min(plain, segment.plain.length), target);
      }
      return result;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  long decompress() {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes +=
          Zstd.decompressByteArray(
              target, 0, target.length, segment.compressed, 0, segment.compressed.length);
    }
    return bytes;
  }

  long identify() {
    long result = 0;
    for (Segment segment : segments) {
      int at = segment.firstChunk;
      for (int length : segment.chunkBytes) {
        result += hasher.id(segment.plain, at, length).first();
        at += length;
      }
    }
    return result;
  }
}
