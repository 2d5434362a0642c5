package dozo.repository;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.chunk.CutSink;
import dozo.format.chunk.StreamCutter;
import dozo.format.disk.Extent;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.VmRef;
import dozo.format.wire.ContentPacker;
import dozo.repository.ingest.AnnouncementListener;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.IngestStream;
import dozo.repository.ingest.SentContent;
import dozo.repository.ingest.SessionRequest;
import dozo.repository.ingest.SourceTerms;
import dozo.repository.ingest.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Brings one stream deduplicated at the source, step by step as a test wants it. */
public final class SourceClient implements AnnouncementListener {

  private static final int RUNS_AT_A_TIME = 50;

  private final IngestStream stream;
  private final byte[] content;
  private final SourceTerms terms;
  private final List<Extent> runs = new ArrayList<>();
  private final BlockingQueue<List<Verdict>> answers = new LinkedBlockingQueue<>();
  private final List<Extent> toSend = new ArrayList<>();
  private final List<Extent> toProve = new ArrayList<>();
  private int next;
  private long sent;
  private long proved;
  private int taken;
  private volatile int settled;

  /** Cuts a content from where the stream is. */
  SourceClient(IngestSession session, IngestStream stream, byte[] content) throws IOException {
    this.stream = stream;
    this.content = content;
    this.terms = session.source().orElseThrow();
    ChunkHasher hasher = new ChunkHasher(terms.idKey());
    long from = stream.acceptedBytes();
    StreamCutter cutter =
        new StreamCutter(
            terms.chunker(),
            from,
            new byte[StreamCutter.windowBytes(terms.chunker())],
            new CutSink() {
              @Override
              public void chunk(long offset, byte[] window, int at, int length) {
                runs.add(new Extent(offset, length, hasher.id(window, at, length)));
              }

              @Override
              public void hole(long offset, long length) {
                runs.add(new Extent(offset, length, Extent.HOLE));
              }
            });
    cutter.write(ByteBuffer.wrap(content, (int) from, content.length - (int) from));
    cutter.finish();
  }

  /** Backs a VM up with every disk deduplicated at the source. */
  public static RestorePoint backUp(Repository repository, VmRef vm, Map<String, byte[]> disks)
      throws IOException {
    try (IngestSession session = begin(repository, vm, disks)) {
      for (Map.Entry<String, byte[]> disk : disks.entrySet()) {
        new SourceClient(session, session.stream(disk.getKey()), disk.getValue()).bring();
      }
      return TestRepository.commit(session).restorePoint();
    }
  }

  static IngestSession begin(Repository repository, VmRef vm, Map<String, byte[]> disks)
      throws IOException {
    return begin(repository, TestRepository.request(vm, disks, Map.of()));
  }

  static IngestSession begin(Repository repository, SessionRequest request) throws IOException {
    return repository.beginSession(request.withSource());
  }

  List<Extent> runs() {
    return runs;
  }

  List<Extent> toSend() {
    return toSend;
  }

  List<Extent> toProve() {
    return toProve;
  }

  int taken() {
    return taken;
  }

  int settled() {
    return settled;
  }

  /** Announces, sends and proves everything, and ends the stream. */
  void bring() throws IOException {
    while (announceSome()) {
      sendAndProve();
    }
    stream.end();
  }

  /** Announces the next runs, and waits for what is wanted of them; false if there are none. */
  boolean announceSome() {
    int to = Math.min(runs.size(), next + RUNS_AT_A_TIME);
    if (to == next) {
      return false;
    }
    List<Extent> some = runs.subList(next, to);
    next = to;
    stream.announce(some, this);
    List<Verdict> verdicts = await();
    for (int i = 0; i < some.size(); i++) {
      switch (verdicts.get(i)) {
        case TAKEN -> taken++;
        case PROVE -> toProve.add(some.get(i));
        case SEND -> toSend.add(some.get(i));
      }
    }
    return true;
  }

  private List<Verdict> await() {
    try {
      List<Verdict> verdicts = answers.poll(60, TimeUnit.SECONDS);
      if (verdicts == null) {
        throw new AssertionError("No answer came");
      }
      return verdicts;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Sends and proves what is wanted. */
  void sendAndProve() {
    prove(toProve.stream().map(this::proof).toList());
    toProve.clear();
    for (int from = 0; from < toSend.size(); from += 8) {
      send(toSend.subList(from, Math.min(toSend.size(), from + 8)));
    }
    toSend.clear();
  }

  ChunkId proof(Extent chunk) {
    return new ChunkHasher(terms.nonce()).id(bytes(chunk));
  }

  byte[] bytes(Extent chunk) {
    return Arrays.copyOfRange(content, (int) chunk.offset(), (int) chunk.end());
  }

  void prove(List<ChunkId> proofs) {
    if (!proofs.isEmpty()) {
      stream.prove(proved, proofs, () -> {});
      proved += proofs.size();
    }
  }

  /** Sends chunks together, compressed if that saves anything. */
  void send(List<Extent> chunks) {
    int length = (int) chunks.stream().mapToLong(Extent::lengthBytes).sum();
    ByteBuffer plain = ByteBuffer.allocate(length);
    chunks.forEach(chunk -> plain.put(bytes(chunk)));
    byte[] packed = new byte[ContentPacker.targetBytes(length)];
    try (ContentPacker packer = new ContentPacker()) {
      OptionalInt frame = packer.pack(plain.array(), length, packed);
      send(
          chunks.size(),
          length,
          frame.isPresent(),
          frame.isPresent() ? Arrays.copyOf(packed, frame.getAsInt()) : plain.array());
    }
  }

  void send(int count, int plainBytes, boolean isPacked, byte[] bytes) {
    stream.content(
        new SentContent(sent, count, plainBytes, isPacked, bytes, 0, bytes.length),
        () -> Arrays.fill(bytes, (byte) 0x5a));
    sent += count;
  }

  @Override
  public void judged(long offset, List<Verdict> verdicts) {
    answers.add(verdicts);
  }

  @Override
  public synchronized void settled(int count) {
    int before = settled;
    settled = before + count;
  }
}
