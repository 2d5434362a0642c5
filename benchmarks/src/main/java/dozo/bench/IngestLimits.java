package dozo.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a session costs beside the sum of the blocks that it is built of, each measured alone in the
 * same run: {@code [ROUNDS [IMAGE]]}, 5 rounds if nothing is said, of bytes that programs made or
 * of 256 MiB of a raw disk image's data. Processor seconds a GB; the best round counts, since
 * others work on the machine, too.
 *
 * <p>A session is what the engine does, from the caller's array to the receipt; over the wire it is
 * what a client and a server do, both in this process. A row of a block is what it adds to those
 * above it, on one thread.
 */
public final class IngestLimits {

  /** What a session may cost, with the sum of its blocks as 1. */
  private static final double LIMIT = 1.25;

  private static final int APPEND_BYTES = 1 << 20;

  private final WireBenchmark wire;
  private final IngestSessionBenchmark sample;
  private final int rounds;

  private IngestLimits(WireBenchmark wire, int rounds) {
    this.wire = wire;
    this.sample = wire.sample();
    this.rounds = rounds;
  }

  /** Measures, and prints a table in Markdown. */
  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length == 0 ? 5 : Integer.parseInt(arguments[0]);
    if (arguments.length > 1) {
      System.setProperty(IngestSessionBenchmark.IMAGE_PROPERTY, arguments[1]);
    }
    WireBenchmark wire = new WireBenchmark();
    wire.open();
    try {
      new IngestLimits(wire, rounds).run();
    } finally {
      wire.close();
    }
  }

  /** What a round cost. */
  private record Cost(double cpuPerGigabyte, double busyCores) {}

  @SuppressWarnings("SystemOut")
  private void run() throws IOException {
    byte[] disk = sample.disk();
    System.out.println("| | CPU s/GB | cores busy |");
    System.out.println("|---|---|---|");
    double cut = row("cut", 0, cost -> cost.of(disk.length, () -> new BuildingBlocks().cut(disk)));
    double hashed = row("hash (HMAC-SHA-256)", cut, sample::blocksOfDuplicate);
    double compressed =
        row(
            "compress (zstd 1)",
            hashed,
            cost -> cost.of(disk.length, () -> new BuildingBlocks().compressed(disk)));
    double sealed = row("encrypt (AES-256-GCM)", compressed, sample::blocksOfUnique);
    double appended = row("append to files, and force", 0, this::append);
    double sent;
    try (TlsLoopback loopback = TlsLoopback.open(sample.directory().resolve("loopback"))) {
      sent = row("TLS, both ends", 0, cost -> cost.of(disk.length, () -> loopback.send(disk)));
    }
    session("new data", sealed + appended, sample::unique);
    session("known data", hashed, sample::duplicate);
    session("new data over the wire", sealed + appended + sent, wire::unique);
    session("known data over the wire", hashed + sent, wire::duplicate);
  }

  /** Returns what a block costs together with those that it contains. */
  @SuppressWarnings("SystemOut")
  private double row(String name, double contained, Work work) throws IOException {
    Cost cost = best(work);
    double own = cost.cpuPerGigabyte() - contained;
    System.out.printf("| %s | %.3f | %.2f |%n", name, own, cost.busyCores());
    return cost.cpuPerGigabyte();
  }

  @SuppressWarnings("SystemOut")
  private void session(String what, double sum, Work work) throws IOException {
    Cost cost = best(work);
    double ratio = cost.cpuPerGigabyte() / sum;
    System.out.printf("| sum of the blocks, %s | %.3f | |%n", what, sum);
    System.out.printf(
        "| session, %s | %.3f | %.2f |%n", what, cost.cpuPerGigabyte(), cost.busyCores());
    System.out.printf(
        "| **session / sum, %s** (at most %.2f) | **%.2f** | |%n", what, LIMIT, ratio);
  }

  @FunctionalInterface
  private interface Work {
    long run(ProcessorCost cost) throws IOException;
  }

  private Cost best(Work work) throws IOException {
    Cost best = new Cost(Double.MAX_VALUE, 0);
    for (int i = 0; i < rounds; i++) {
      ProcessorCost cost = new ProcessorCost();
      long begin = System.nanoTime();
      work.run(cost);
      double seconds = (System.nanoTime() - begin) / 1e9;
      double perGigabyte = cost.cpuSeconds / cost.gigabytes;
      if (perGigabyte < best.cpuPerGigabyte()) {
        best = new Cost(perGigabyte, cost.cpuSeconds / seconds);
      }
    }
    return best;
  }

  /** Writes what a session stores of the disk, as plainly as it can be written. */
  private long append(ProcessorCost cost) throws IOException {
    long stored = sample.unique(new ProcessorCost());
    Path file = sample.directory().resolve("append");
    ByteBuffer piece = ByteBuffer.allocateDirect(APPEND_BYTES);
    try {
      return cost.of(
          sample.disk().length,
          () -> {
            long written = 0;
            try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
              while (written < stored) {
                written += channel.write(piece.clear());
              }
              channel.force(true);
            }
            return written;
          });
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
