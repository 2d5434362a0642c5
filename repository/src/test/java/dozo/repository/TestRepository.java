package dozo.repository;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dozo.format.ChunkId;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.key.Argon2Cost;
import dozo.format.key.KeyFile;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.VmRef;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.FileSpec;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.IngestStream;
import dozo.repository.ingest.SessionRequest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What tests need to work with repositories. */
public final class TestRepository {

  /** Small packs, so that little data makes many. */
  public static final RepositoryParameters SMALL_PACKS =
      new RepositoryParameters(ChunkerParameters.standard(), 64 << 10, 1 << 20);

  private static final byte[] KEY = "a key file for tests: 0123456789abcdef".getBytes(US_ASCII);
  private static final int PIECE_BYTES = 64 << 10;

  /** Whatever else the machine does, a commit that takes so long hangs. */
  private static final int COMMIT_SECONDS = 300;

  private TestRepository() {}

  /** A secret that opens at once. */
  public static SlotSecret secret() {
    return KeyFile.of(KEY);
  }

  /** Options of little memory. */
  public static RepositoryOptions options() {
    return RepositoryOptions.standard().withMemoryBytes(64 << 20).withThreads(2);
  }

  /** Makes a repository with small packs. */
  public static void create(Path directory) throws IOException {
    create(directory, SMALL_PACKS);
  }

  /** Makes a repository. */
  public static void create(Path directory, RepositoryParameters parameters) throws IOException {
    try (SlotSecret secret = secret()) {
      Repository.create(directory, parameters, secret, Argon2Cost.DEFAULT, "test", options());
    }
  }

  /** Opens a repository that {@link #create} made. */
  public static Repository open(Path directory) throws IOException {
    return open(directory, options());
  }

  /** Opens a repository that {@link #create} made. */
  public static Repository open(Path directory, RepositoryOptions options) throws IOException {
    try (SlotSecret secret = secret()) {
      return Repository.open(directory, secret, options);
    }
  }

  /** A VM of its own for each number. */
  public static VmRef vm(int number) {
    return new VmRef("default", new UUID(0x1234, number), "vm" + number, "host");
  }

  /** A request for disks, and configuration files, of the contents given. */
  public static SessionRequest request(
      VmRef vm, Map<String, byte[]> disks, Map<String, byte[]> files) {
    List<DiskSpec> diskSpecs = new ArrayList<>();
    disks.forEach((name, bytes) ->
        diskSpecs.add(
            new DiskSpec(name, new DiskGeometry(bytes.length, 512, 4096), new UUID(1, 2))));
    List<FileSpec> fileSpecs = new ArrayList<>();
    files.forEach((name, bytes) -> fileSpecs.add(new FileSpec(name, bytes.length)));
    return new SessionRequest(
        vm, "default", diskSpecs, fileSpecs, Consistency.NONE, new TreeMap<>());
  }

  /** Feeds a stream, and ends it. Bytes come as data, in pieces. */
  public static void feed(IngestStream stream, byte[] content) {
    for (int from = 0; from < content.length; from += PIECE_BYTES) {
      byte[] piece =
          java.util.Arrays.copyOfRange(content, from, Math.min(content.length, from + PIECE_BYTES));
      stream.data(piece, 0, piece.length, () -> java.util.Arrays.fill(piece, (byte) 0x5a));
    }
    stream.end();
  }

  /** Backs a VM up, and returns the restore point. */
  public static RestorePoint backUp(Repository repository, VmRef vm, Map<String, byte[]> disks)
      throws IOException {
    return backUp(repository, vm, disks, Map.of());
  }

  /** Backs a VM up, and returns the restore point. */
  public static RestorePoint backUp(
      Repository repository, VmRef vm, Map<String, byte[]> disks, Map<String, byte[]> files)
      throws IOException {
    try (IngestSession session = repository.beginSession(request(vm, disks, files))) {
      disks.forEach((name, bytes) -> feed(session.stream(name), bytes));
      files.forEach((name, bytes) -> feed(session.stream(name), bytes));
      return commit(session).restorePoint();
    }
  }

  /** Commits a session and waits for it. */
  public static CommitReceipt commit(IngestSession session) throws IOException {
    try {
      return session.commit(CommitDetails.AS_BEGUN).get(COMMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new AssertionError(e);
    } catch (TimeoutException e) {
      ThreadInfo[] threads = ManagementFactory.getThreadMXBean().dumpAllThreads(true, true);
      throw new AssertionError("A commit hangs: " + Arrays.toString(threads), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Reads a disk whole. */
  public static byte[] readDisk(Repository repository, RestorePoint point, String disk)
      throws IOException {
    try (ChunkSource source = repository.openDisk(point.id(), disk)) {
      return readAll(source);
    }
  }

  /** Reads all disks of a restore point. */
  public static Map<String, byte[]> readDisks(Repository repository, RestorePoint point)
      throws IOException {
    Map<String, byte[]> disks = new LinkedHashMap<>();
    for (var disk : point.disks()) {
      disks.put(disk.name(), readDisk(repository, point, disk.name()));
    }
    return disks;
  }

  /** Reads a disk or file whole. */
  public static byte[] readAll(ChunkSource source) throws IOException {
    byte[] content = new byte[(int) source.sizeBytes()];
    long offset = 0;
    while (offset < content.length) {
      List<Extent> extents = source.extents(offset, 1_000);
      List<Extent> chunks = extents.stream().filter(e -> !e.isHole()).toList();
      source.fetch(
          chunks,
          (index, plain) -> {
            ByteBuffer target = ByteBuffer.wrap(content);
            target.position((int) chunks.get(index).offset()).put(plain);
          });
      offset = extents.getLast().end();
    }
    return content;
  }

  /** Content that looks like a disk: random and compressible data, repeats, and zeros. */
  public static byte[] disk(Random random, int bytes) {
    byte[] content = new byte[bytes];
    int at = 0;
    while (at < bytes) {
      int length = Math.min(bytes - at, (1 + random.nextInt(64)) * 4096);
      switch (random.nextInt(4)) {
        case 0 -> {}
        case 1 -> {
          for (int i = 0; i < length; i++) {
            content[at + i] = (byte) (random.nextInt(5) + 'a');
          }
        }
        case 2 -> {
          int from = at == 0 ? 0 : random.nextInt(at);
          System.arraycopy(content, from, content, at, Math.min(length, at - from));
        }
        default -> {
          byte[] fresh = new byte[length];
          random.nextBytes(fresh);
          System.arraycopy(fresh, 0, content, at, length);
        }
      }
      at += length;
    }
    return content;
  }

  /** An id that nothing has. */
  public static ChunkId strangeId() {
    return new ChunkId(1, 2, 3, 4);
  }
}
