package dozo.protocol.codec;

import dozo.format.ChunkId;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.IngestStatistics;
import dozo.format.manifest.MapRoot;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.deser.std.StdConvertingDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdConvertingSerializer;
import tools.jackson.databind.util.StdConverter;

/** The JSON of restore points, as docs/format.md §9 has it, where it differs from the values. */
final class ManifestBodies {

  private static final double MILLISECONDS = 1_000;

  private ManifestBodies() {}

  static void addTo(SimpleModule module) {
    module.addSerializer(
        RestorePoint.class,
        new StdConvertingSerializer(
            RestorePoint.class,
            new StdConverter<RestorePoint, PointBody>() {
              @Override
              public PointBody convert(RestorePoint point) {
                return PointBody.of(point);
              }
            }));
    module.addDeserializer(
        RestorePoint.class,
        new StdConvertingDeserializer<>(
            new StdConverter<PointBody, RestorePoint>() {
              @Override
              public RestorePoint convert(PointBody body) {
                return body.toPoint();
              }
            }));
    module.addSerializer(
        IngestStatistics.class,
        new StdConvertingSerializer(
            IngestStatistics.class,
            new StdConverter<IngestStatistics, StatisticsBody>() {
              @Override
              public StatisticsBody convert(IngestStatistics statistics) {
                return StatisticsBody.of(statistics);
              }
            }));
    module.addDeserializer(
        IngestStatistics.class,
        new StdConvertingDeserializer<>(
            new StdConverter<StatisticsBody, IngestStatistics>() {
              @Override
              public IngestStatistics convert(StatisticsBody body) {
                return body.toStatistics();
              }
            }));
  }

  record PointBody(
      RestorePointId id,
      Instant created,
      VmRef vm,
      String domain,
      Consistency consistency,
      List<DiskBody> disks,
      List<FileBody> files,
      Map<String, String> attributes,
      IngestStatistics statistics) {

    static PointBody of(RestorePoint point) {
      return new PointBody(
          point.id(),
          point.created(),
          point.vm(),
          point.domain(),
          point.consistency(),
          point.disks().stream().map(DiskBody::of).toList(),
          point.files().stream().map(FileBody::of).toList(),
          point.attributes(),
          point.statistics());
    }

    RestorePoint toPoint() {
      return new RestorePoint(
          id,
          created,
          vm,
          domain,
          consistency,
          disks.stream().map(DiskBody::toEntry).toList(),
          files.stream().map(FileBody::toEntry).toList(),
          new TreeMap<>(attributes),
          statistics);
    }
  }

  record DiskBody(
      String name,
      long sizeBytes,
      int logicalSectorBytes,
      int physicalSectorBytes,
      UUID identity,
      String root,
      int rootLevel,
      long dataBytes) {

    static DiskBody of(DiskEntry disk) {
      DiskGeometry geometry = disk.geometry();
      return new DiskBody(
          disk.name(),
          geometry.sizeBytes(),
          geometry.logicalSectorBytes(),
          geometry.physicalSectorBytes(),
          disk.identity(),
          disk.map().root().toString(),
          disk.map().level(),
          disk.map().dataBytes());
    }

    DiskEntry toEntry() {
      return new DiskEntry(
          name,
          new DiskGeometry(sizeBytes, logicalSectorBytes, physicalSectorBytes),
          identity,
          new MapRoot(ChunkId.parse(root), rootLevel, dataBytes));
    }
  }

  record FileBody(String name, long sizeBytes, String root, int rootLevel, long dataBytes) {

    static FileBody of(FileEntry file) {
      return new FileBody(
          file.name(),
          file.sizeBytes(),
          file.map().root().toString(),
          file.map().level(),
          file.map().dataBytes());
    }

    FileEntry toEntry() {
      return new FileEntry(name, sizeBytes, new MapRoot(ChunkId.parse(root), rootLevel, dataBytes));
    }
  }

  record StatisticsBody(
      long readBytes, long newChunks, long newBytes, long storedBytes, double seconds) {

    static StatisticsBody of(IngestStatistics statistics) {
      return new StatisticsBody(
          statistics.readBytes(),
          statistics.newChunks(),
          statistics.newBytes(),
          statistics.storedBytes(),
          statistics.milliseconds() / MILLISECONDS);
    }

    IngestStatistics toStatistics() {
      return new IngestStatistics(
          readBytes, newChunks, newBytes, storedBytes, Math.round(seconds * MILLISECONDS));
    }
  }
}
