package dozo.format.manifest;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A restore point as the JSON of a manifest ({@code docs/format.md} §9), which is also how it is
 * told over the wire. Optional members that say nothing are left out.
 */
public final class RestorePointJson {

  private static final int MAXIMUM_DISKS = 256;
  private static final int MAXIMUM_FILES = 1_024;
  private static final int MAXIMUM_WRITERS = 1_000;

  private RestorePointJson() {}

  /** Writes a restore point. */
  public static ObjectNode toTree(RestorePoint point) {
    ObjectNode node = JsonText.object();
    node.put("id", point.id().toString());
    node.put("created", point.created().toString());
    VmRef vm = point.vm();
    node.putObject("vm")
        .put("namespace", vm.namespace())
        .put("id", vm.id().toString())
        .put("name", vm.name())
        .put("host", vm.host());
    node.put("domain", point.domain());
    write(node.putObject("consistency"), point.consistency());
    ArrayNode disks = node.putArray("disks");
    for (DiskEntry disk : point.disks()) {
      ObjectNode entry =
          disks
              .addObject()
              .put("name", disk.name())
              .put("sizeBytes", disk.geometry().sizeBytes())
              .put("logicalSectorBytes", disk.geometry().logicalSectorBytes())
              .put("physicalSectorBytes", disk.geometry().physicalSectorBytes())
              .put("identity", disk.identity().toString());
      write(entry, disk.map());
    }
    ArrayNode files = node.putArray("files");
    for (FileEntry file : point.files()) {
      ObjectNode entry =
          files.addObject().put("name", file.name()).put("sizeBytes", file.sizeBytes());
      write(entry, file.map());
    }
    ObjectNode attributes = node.putObject("attributes");
    point.attributes().forEach(attributes::put);
    IngestStatistics statistics = point.statistics();
    node.putObject("statistics")
        .put("readBytes", statistics.readBytes())
        .put("newChunks", statistics.newChunks())
        .put("newBytes", statistics.newBytes())
        .put("storedBytes", statistics.storedBytes())
        .put("milliseconds", statistics.milliseconds());
    return node;
  }

  /**
   * Reads a restore point. Members that are not known are ignored.
   *
   * @param object what the JSON is from, for the error
   * @throws CorruptDataException if a member is missing, of another type, or out of its bounds
   */
  public static RestorePoint fromTree(ObjectNode node, String object) throws CorruptDataException {
    try {
      return read(new Members(node, object));
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(
          Fault.of("The restore point is not as one can be")
              .in(object)
              .actual(String.valueOf(e.getMessage())),
          e);
    }
  }

  private static void write(ObjectNode node, Consistency consistency) {
    node.put("asked", consistency.asked().word());
    node.put("achieved", consistency.achieved().word());
    node.put("mechanism", consistency.mechanism());
    if (!consistency.reason().isEmpty()) {
      node.put("reason", consistency.reason());
    }
    consistency.frozenAt().ifPresent(instant -> node.put("frozenAt", instant.toString()));
    consistency.thawedAt().ifPresent(instant -> node.put("thawedAt", instant.toString()));
    if (!consistency.writers().isEmpty()) {
      ArrayNode writers = node.putArray("writers");
      for (Consistency.Writer writer : consistency.writers()) {
        writers.addObject().put("name", writer.name()).put("state", writer.state());
      }
    }
  }

  private static void write(ObjectNode node, MapRoot map) {
    node.put("root", map.root().toString());
    node.put("rootLevel", map.level());
    node.put("dataBytes", map.dataBytes());
  }

  private static RestorePoint read(Members members) throws CorruptDataException {
    Members vm = members.object("vm");
    List<DiskEntry> disks = new ArrayList<>();
    for (Members disk : members.objects("disks", MAXIMUM_DISKS)) {
      disks.add(
          new DiskEntry(
              disk.text("name"),
              new DiskGeometry(
                  disk.wholeNumber("sizeBytes"),
                  disk.smallNumber("logicalSectorBytes"),
                  disk.smallNumber("physicalSectorBytes")),
              disk.uuid("identity"),
              map(disk)));
    }
    List<FileEntry> files = new ArrayList<>();
    for (Members file : members.objects("files", MAXIMUM_FILES)) {
      files.add(new FileEntry(file.text("name"), file.wholeNumber("sizeBytes"), map(file)));
    }
    return new RestorePoint(
        new RestorePointId(members.uuid("id")),
        members.instant("created"),
        new VmRef(vm.text("namespace"), vm.uuid("id"), vm.text("name"), vm.text("host")),
        members.text("domain"),
        consistency(members.object("consistency")),
        disks,
        files,
        members.optionalObject("attributes").texts(),
        members.has("statistics")
            ? statistics(members.object("statistics"))
            : IngestStatistics.NONE);
  }

  private static Consistency consistency(Members members) throws CorruptDataException {
    List<Consistency.Writer> writers = new ArrayList<>();
    for (Members writer : members.objects("writers", MAXIMUM_WRITERS)) {
      writers.add(new Consistency.Writer(writer.text("name"), writer.text("state")));
    }
    return new Consistency(
        ConsistencyLevel.parse(members.text("asked")),
        ConsistencyLevel.parse(members.text("achieved")),
        members.text("mechanism"),
        members.text("reason", ""),
        members.optionalInstant("frozenAt"),
        members.optionalInstant("thawedAt"),
        writers);
  }

  private static MapRoot map(Members members) throws CorruptDataException {
    return new MapRoot(
        ChunkId.parse(members.text("root")),
        members.smallNumber("rootLevel"),
        members.wholeNumber("dataBytes"));
  }

  private static IngestStatistics statistics(Members members) throws CorruptDataException {
    return new IngestStatistics(
        members.wholeNumber("readBytes"),
        members.wholeNumber("newChunks"),
        members.wholeNumber("newBytes"),
        members.wholeNumber("storedBytes"),
        members.wholeNumber("milliseconds"));
  }
}
