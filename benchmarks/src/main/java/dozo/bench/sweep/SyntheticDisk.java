package dozo.bench.sweep;

import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.IngestStream;
import dozo.repository.ingest.SessionRequest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/**
 * A disk whose blocks are all different and compress to almost nothing, and change from one backup
 * to the next in one place of twenty.
 */
final class SyntheticDisk {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int FRAME_BYTES = 1 << 20;
  private static final int FRAMES_UNDER_WAY = 16;

  private final int vm;
  private final long blocks;
  private final int blockBytes;

  SyntheticDisk(int vm, long blocks, int blockBytes) {
    this.vm = vm;
    this.blocks = blocks;
    this.blockBytes = blockBytes;
  }

  /** Backs it up as it is after so many changes. */
  void backUp(Repository repository, int change) throws Exception {
    long size = blocks * blockBytes;
    SessionRequest request =
        new SessionRequest(
            new VmRef("bench", new UUID(1, vm), "vm" + vm, "host"),
            "default",
            List.of(new DiskSpec("disk0", new DiskGeometry(size, 512, 4096), new UUID(2, vm))),
            List.of(),
            Consistency.NONE,
            new TreeMap<>());
    try (IngestSession session = repository.beginSession(request)) {
      IngestStream stream = session.stream("disk0");
      Semaphore underWay = new Semaphore(FRAMES_UNDER_WAY);
      for (long at = 0; at < size; at += FRAME_BYTES) {
        byte[] frame = new byte[(int) Math.min(FRAME_BYTES, size - at)];
        for (int block = 0; block < frame.length / blockBytes; block++) {
          fill(frame, block * blockBytes, at / blockBytes + block, change);
        }
        underWay.acquire();
        stream.data(frame, 0, frame.length, underWay::release);
      }
      stream.end();
      session.commit(CommitDetails.AS_BEGUN).get();
    }
  }

  /** A block tells its VM, its place, and the last change that it took part in. */
  private void fill(byte[] frame, int at, long block, int change) {
    int last = change;
    while (last > 0 && Math.floorMod(mix(block * 31 + last), 20) != 0) {
      last--;
    }
    Arrays.fill(frame, at, at + blockBytes, (byte) (1 + last));
    LONG.set(frame, at, mix(block));
    LONG.set(frame, at + Long.BYTES, (long) vm << 8 | last);
  }

  /** SplitMix64's finalizer (Steele, Lea, Flood, OOPSLA 2014). */
  private static long mix(long value) {
    long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
