package dozo.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs fio, and reads what it says. */
final class Fio {

  private static final int BLOCK_BYTES = 4 << 10;
  private static final int SEED = 1;
  private static final JsonMapper JSON = new JsonMapper();

  private final Workbench bench;

  Fio(Workbench bench) {
    this.bench = bench;
  }

  /**
   * A kind of requests.
   *
   * @param pattern fio's word for it
   * @param blockBytes the length of a request
   * @param jobs how many make requests at the same time, each one after another
   * @param direct whether they pass by the kernel's cache
   * @param sync whether each write is followed by an fsync
   * @param offsetBytes where in the file the range begins that requests go to
   * @param rangeBytes how long it is
   * @param mostBytes the end, if the time is not up before
   */
  record Load(
      String pattern,
      int blockBytes,
      int jobs,
      boolean direct,
      boolean sync,
      long offsetBytes,
      long rangeBytes,
      long mostBytes) {

    /** From the first byte on, through the kernel's cache, as one who copies a file reads. */
    static Load sequential(long fileBytes) {
      return new Load("read", 1 << 20, 1, false, false, 0, fileBytes, fileBytes);
    }

    /** The first bytes around the kernel's cache, once. */
    static Load fill(long rangeBytes) {
      return new Load("read", 1 << 20, 1, true, false, 0, rangeBytes, rangeBytes);
    }

    /** Blocks drawn at random, none twice by one job. */
    static Load random(int jobs, long rangeBytes, long mostBytes) {
      return new Load("randread", BLOCK_BYTES, jobs, true, false, 0, rangeBytes, mostBytes);
    }

    /** Blocks drawn at random, again and again. */
    static Load again(int jobs, long rangeBytes) {
      return again(jobs, 0, rangeBytes);
    }

    /** The same in another part of the file. */
    static Load again(int jobs, long offsetBytes, long rangeBytes) {
      return new Load(
          "randread", BLOCK_BYTES, jobs, true, false, offsetBytes, rangeBytes, Long.MAX_VALUE);
    }

    /** Blocks written at random, each synced. */
    static Load syncedWrites(long rangeBytes) {
      return new Load("randwrite", BLOCK_BYTES, 1, false, true, 0, rangeBytes, Long.MAX_VALUE);
    }
  }

  /**
   * What a load came to.
   *
   * @param requests how many were done
   * @param perSecond how many a second
   * @param bytesPerSecond how much a second
   * @param medianSeconds of one request, for a write with its sync
   * @param p99Seconds what all but a hundredth of them took at most
   */
  record Outcome(
      long requests,
      double perSecond,
      double bytesPerSecond,
      double medianSeconds,
      double p99Seconds) {}

  /** Makes requests to a file. */
  Outcome run(Load load, Path file, Duration time) throws IOException {
    boolean writes = load.pattern().contains("write");
    List<String> words =
        new ArrayList<>(
            List.of(
                "fio",
                "--name=load",
                "--output-format=json",
                "--thread",
                "--group_reporting",
                "--allow_file_create=0",
                "--ioengine=psync",
                "--invalidate=0",
                "--randseed=" + SEED,
                "--percentile_list=50:99",
                "--filename=" + file,
                "--rw=" + load.pattern(),
                "--bs=" + load.blockBytes(),
                "--numjobs=" + load.jobs(),
                "--direct=" + (load.direct() ? 1 : 0),
                "--offset=" + load.offsetBytes(),
                "--size=" + load.rangeBytes(),
                "--runtime=" + time.toSeconds()));
    if (load.mostBytes() == Long.MAX_VALUE) {
      words.add("--time_based");
    } else {
      words.add("--io_size=" + load.mostBytes() / load.jobs());
    }
    words.add(load.sync() ? "--fsync=1" : "--fsync=0");
    words.addAll(writes ? List.of("--buffer_compress_percentage=50") : List.of("--readonly"));
    return outcome(JSON.readTree(bench.ask(words.toArray(String[]::new))), writes);
  }

  private static Outcome outcome(JsonNode said, boolean writes) throws IOException {
    JsonNode job = said.path("jobs").path(0);
    JsonNode part = job.path(writes ? "write" : "read");
    if (part.path("total_ios").asLong() == 0) {
      throw new IOException("fio made no request; it said " + said.toString());
    }
    JsonNode latency = part.path("clat_ns");
    JsonNode sync = job.path("sync").path("lat_ns");
    double median = percentile(latency, "50.000000");
    double p99 = percentile(latency, "99.000000");
    if (writes) {
      // fio tells writes and syncs apart; whoever waits for a write waits for both.
      median += percentile(sync, "50.000000");
      p99 += percentile(sync, "99.000000");
    }
    return new Outcome(
        part.path("total_ios").asLong(),
        part.path("iops").asDouble(),
        part.path("bw_bytes").asDouble(),
        median,
        p99);
  }

  private static double percentile(JsonNode latency, String name) {
    return latency.path("percentile").path(name).asDouble() / 1e9;
  }
}
