package dozo.client.libvirt;

import dozo.client.source.SourceUnreadableException;
import dozo.format.Fault;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a backup job before what the guest overwrites fills its room. Libvirt asks qemu for a job of
 * the kind that, when its scratch file cannot grow, fails the guest's write and not the backup's
 * read; there is no setting that turns this round.
 *
 * <p>Watches with a thread of its own until it is closed.
 */
final class ScratchGuard implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ScratchGuard.class);
  private static final long EVERY_MILLISECONDS = 200;

  /** What is left unused is a tenth of the room, within these bounds. */
  private static final long LEAST_RESERVE = 16L << 20;

  private static final long MOST_RESERVE = 1L << 30;

  private final LibvirtPlan plan;
  private final long boundBytes;
  private final long reserveBytes;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private ScratchGuard(LibvirtPlan plan, long boundBytes, long reserveBytes) {
    this.plan = plan;
    this.boundBytes = boundBytes;
    this.reserveBytes = reserveBytes;
    this.thread = Thread.ofVirtual().name("dozo-scratch-guard").unstarted(this::watch);
  }

  /**
   * Begins to watch.
   *
   * @param limitBytes what the scratch files may come to together; 0 for what there is room for
   * @throws SourceUnreadableException if there is too little room to begin with
   */
  static ScratchGuard begin(LibvirtPlan plan, long limitBytes) throws IOException {
    long room = Files.getFileStore(plan.scratch()).getUsableSpace();
    long reserve = Math.clamp(room / 10, LEAST_RESERVE, MOST_RESERVE);
    if (room < 2 * LEAST_RESERVE) {
      throw new SourceUnreadableException(
          Fault.of("There is too little room for what the guest overwrites meanwhile")
              .file(plan.scratch())
              .expected(2 * LEAST_RESERVE + " bytes at the least")
              .actual(room)
              .cure("make room, or choose another --scratch"),
          null);
    }
    long most = room - reserve;
    ScratchGuard guard =
        new ScratchGuard(plan, limitBytes > 0 ? Math.min(limitBytes, most) : most, reserve / 2);
    guard.thread.start();
    return guard;
  }

  private void watch() {
    boolean told = false;
    try {
      while (!closed.await(EVERY_MILLISECONDS, TimeUnit.MILLISECONDS)) {
        try {
          if (isFull()) {
            LOG.warn("checkpoint={} has no more room and is given up", plan.id());
            plan.virsh().abortJob(plan.domain());
            return;
          }
        } catch (IOException e) {
          if (!told) {
            LOG.warn("the room for checkpoint={} cannot be watched", plan.id(), e);
          }
          told = true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isFull() throws IOException {
    return usedBytes() > boundBytes
        || Files.getFileStore(plan.scratch()).getUsableSpace() < reserveBytes;
  }

  private long usedBytes() throws IOException {
    long used = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(plan.scratch(), "*.qcow2")) {
      for (Path file : files) {
        used += Files.size(file);
      }
    }
    return used;
  }

  @Override
  public void close() {
    closed.countDown();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
