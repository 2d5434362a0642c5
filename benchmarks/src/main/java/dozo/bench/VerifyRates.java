package dozo.bench;

import dozo.repository.Repository;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What verifying costs, a second and in processor time, beside the sum of the blocks that it is
 * built of, each measured alone in the same run: {@code [ROUNDS]}, 5 if nothing is said. The best
 * round counts, since others work on the machine, too.
 */
public final class VerifyRates {

  private final Repository repository;
  private final VerifyBlocks blocks;
  private final int rounds;

  private VerifyRates(Repository repository, Path root, int rounds) throws IOException {
    this.repository = repository;
    this.blocks = new VerifyBlocks(repository, root);
    this.rounds = rounds;
  }

  /** Makes a repository, verifies it, and does the same work block by block. */
  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length == 0 ? 5 : Integer.parseInt(arguments[0]);
    IngestSessionBenchmark sample = new IngestSessionBenchmark();
    sample.open();
    try {
      new VerifyRates(sample.repository(), sample.directory(), rounds).run();
    } finally {
      sample.close();
    }
  }

  @SuppressWarnings("SystemOut")
  private void run() throws IOException {
    VerifyReport report = repository.verify(VerifyRequest.all(true), VerifyListener.NONE);
    if (!report.isSound()) {
      throw new IOException("The repository is damaged: " + report);
    }
    long stored = report.packBytes();
    System.out.printf(
        "%,d bytes stored, %,d plain, %,d chunks, %d packs%n",
        stored, report.bytes(), report.chunks(), report.packs());
    System.out.printf("%-28s %16s %16s%n", "", "MiB stored/s", "CPU ms");
    double verify =
        best(
            "verify",
            stored,
            () -> repository.verify(VerifyRequest.all(true), VerifyListener.NONE).packBytes());
    double sum = 0;
    sum += best("read", stored, blocks::read);
    sum += best("CRC-32C", stored, blocks::checksum);
    sum += best("AES-256-GCM", stored, blocks::authenticate);
    sum += best("zstd, decompress", stored, blocks::decompress);
    sum += best("HMAC-SHA-256, chunk ids", stored, blocks::identify);
    System.out.printf("%-28s %16s %16.0f%n", "sum of the blocks", "", sum * 1e3);
    System.out.printf("the blocks are %.0f %% of what verifying costs%n", 100 * sum / verify);
  }

  /** Returns processor seconds. */
  @SuppressWarnings("SystemOut")
  private double best(String name, long stored, ProcessorCost.Work work) throws IOException {
    double seconds = Double.MAX_VALUE;
    double cpu = Double.MAX_VALUE;
    for (int i = 0; i < rounds; i++) {
      ProcessorCost cost = new ProcessorCost();
      long begin = System.nanoTime();
      cost.of(stored, work);
      seconds = Math.min(seconds, (System.nanoTime() - begin) / 1e9);
      cpu = Math.min(cpu, cost.cpuSeconds);
    }
    System.out.printf("%-28s %,16.0f %,16.0f%n", name, stored / seconds / (1 << 20), cpu * 1e3);
    return cpu;
  }
}
