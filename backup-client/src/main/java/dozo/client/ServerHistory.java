package dozo.client;

import dozo.client.source.KnownDisk;
import dozo.client.source.MachineHistory;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.Protocol;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.message.ListingMessage.ListRestorePoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server has of a machine, asked for when somebody wants to know. */
final class ServerHistory implements MachineHistory {

  private static final int PAGE = 1_000;

  private final DozoConnection connection;
  private final VmRef vm;
  private @Nullable List<KnownDisk> known;

  ServerHistory(DozoConnection connection, VmRef vm) {
    this.connection = connection;
    this.vm = vm;
  }

  @Override
  public List<KnownDisk> disks() throws IOException {
    List<KnownDisk> disks = known;
    if (disks == null) {
      disks = ask().reversed();
      known = disks;
    }
    return disks;
  }

  private List<KnownDisk> ask() throws IOException {
    List<KnownDisk> disks = new ArrayList<>();
    @Nullable RestorePointId last = null;
    List<RestorePoint> page;
    do {
      page =
          connection.listRestorePoints(new ListRestorePoints(vm.namespace(), vm.id(), last, PAGE));
      for (RestorePoint point : page) {
        last = point.id();
        point
            .disks()
            .forEach(disk -> {
              String mark = point.attributes().get(Protocol.TRACKING_PREFIX + disk.name());
              if (mark != null) {
                disks.add(new KnownDisk(point.id(), disk.name(), mark));
              }
            });
      }
    } while (page.size() >= PAGE);
    return disks;
  }
}
