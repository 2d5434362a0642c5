package dozo.client.hyperv;

import dozo.client.leftover.Journal;
import dozo.client.source.Checkpoint;
import dozo.client.source.FrozenContent;
import dozo.client.source.FrozenDisk;
import dozo.client.source.MachineHistory;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.ConsistencyLevel;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A recovery checkpoint of Hyper-V, and the frozen files that it shows. */
final class HyperVCheckpoint implements Checkpoint {

  private static final Logger LOG = LoggerFactory.getLogger(HyperVCheckpoint.class);

  private final HyperVOptions options;
  private final HyperVScript script;
  private final Journal journal;
  private final Frozen frozen;
  private final Checkpoint files;
  private final List<FrozenDisk> disks;
  private boolean isConverted;
  private boolean closed;

  /**
   * Takes over what was made.
   *
   * @param files the frozen files, held open
   * @param whole why disks are read whole, by their names
   */
  HyperVCheckpoint(
      HyperVOptions options,
      HyperVScript script,
      Journal journal,
      Frozen frozen,
      Checkpoint files,
      Map<String, String> whole) {
    this.options = options;
    this.script = script;
    this.journal = journal;
    this.frozen = frozen;
    this.files = files;
    this.disks =
        files.disks().stream()
            .<FrozenDisk>map(
                disk -> new ExplainedDisk(disk, Optional.ofNullable(whole.get(disk.name()))))
            .toList();
  }

  @Override
  public Consistency consistency() {
    ConsistencyLevel achieved =
        frozen.isApplication() ? ConsistencyLevel.APPLICATION : ConsistencyLevel.CRASH;
    return new Consistency(
        options.asked(),
        achieved,
        frozen.isApplication() ? "hyper-v-vss" : "hyper-v",
        frozen.reason(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  @Override
  public void recall(MachineHistory history) throws IOException {
    files.recall(history);
  }

  @Override
  public SortedMap<String, String> attributes() {
    SortedMap<String, String> attributes = new TreeMap<>(files.attributes());
    frozen.checkpoint().ifPresent(id -> attributes.put("checkpoint", id));
    return attributes;
  }

  @Override
  public List<FrozenDisk> disks() {
    return disks;
  }

  @Override
  public List<FrozenContent> files() {
    return files.files();
  }

  @Override
  public void verify() throws IOException {
    files.verify();
  }

  /** Makes Hyper-V note changes since this checkpoint, and only then no longer since the older. */
  @Override
  public void confirm(RestorePointId point) throws IOException {
    try {
      files.close();
      TrackingToken token = convert(point);
      journal.note(HyperVSweeper.REFERENCE + token.reference());
      isConverted = true;
      token.write(options.tracking(), options.vm());
      String previous = journal.plan().path("previous").asString("");
      if (!previous.isEmpty()) {
        script.run("sweep", List.of("-Reference", previous));
      }
    } catch (IOException e) {
      // The restore point is there. If the older reference point stands, the next increment is
      // larger; if not, all is read.
      LOG.warn("the next increment will be larger vm={} cause={}", options.vm(), e.getMessage());
    }
  }

  private TrackingToken convert(RestorePointId point) throws IOException {
    SortedMap<String, String> ids = new TreeMap<>();
    String[] reference = {""};
    try {
      script.run(
          "convert",
          List.of("-Checkpoint", frozen.checkpoint().orElseThrow()),
          line -> {
            Answer answer = new Answer("convert", line);
            try {
              switch (answer.type()) {
                case "reference" -> reference[0] = answer.text("id");
                case "disk" -> ids.put(answer.text("diskId"), answer.text("rctId"));
                default -> {}
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (reference[0].isEmpty()) {
      throw HyperVScript.failed("convert", "named no reference point", null);
    }
    return new TrackingToken(point, reference[0], ids);
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (journal;
        files) {
      if (!isConverted) {
        script.run("abort", List.of("-Checkpoint", frozen.checkpoint().orElseThrow()));
      }
      journal.finish();
    }
  }
}
