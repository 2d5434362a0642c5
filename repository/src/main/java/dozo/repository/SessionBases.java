package dozo.repository;

import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.disk.ChunkConsumer;
import dozo.format.disk.Extent;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.format.map.ChunkMap;
import dozo.repository.catalogue.Catalogue;
import dozo.repository.claims.ReaderLeases;
import dozo.repository.index.IndexLoader;
import dozo.repository.ingest.BaseOpener;
import dozo.repository.ingest.BaseRef;
import dozo.repository.ingest.OpenBase;
import dozo.repository.ingest.SessionRequest;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.read.MappedDisk;
import dozo.repository.read.RestorePointReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Opens the bases of sessions, with a lease: what is taken over from a base is not looked up, so
 * that only the base itself keeps it from being swept away until the new restore point stands.
 */
record SessionBases(
    Catalogue catalogue,
    ReaderLeases leases,
    RestorePointReader reader,
    DamagedSegments damaged,
    IndexLoader.Loaded loaded)
    implements BaseOpener {

  @Override
  public OpenBase open(SessionRequest session, BaseRef base) throws NotFoundException {
    if (damaged.size() > 0 || !loaded.unreadable().isEmpty()) {
      throw refused("The repository has damage, which a backup of everything heals", base);
    }
    if (!leases.acquire(base.restorePoint())) {
      throw missing(base);
    }
    boolean opened = false;
    try {
      RestorePoint point =
          catalogue
              .find(base.restorePoint())
              .filter(found -> isOfTheSameVm(found, session))
              .orElseThrow(() -> missing(base));
      DiskEntry disk = point.disk(base.disk()).orElseThrow(() -> missing(base));
      MappedDisk source = reader.open(point, disk, () -> leases.release(point.id()));
      opened = true;
      return new Opened(source);
    } finally {
      if (!opened) {
        leases.release(base.restorePoint());
      }
    }
  }

  @Override
  public Optional<OpenBase> openLatest(SessionRequest session, String disk) {
    Optional<RestorePoint> latest =
        catalogue.latest(session.vm()).filter(point -> isOfTheSameVm(point, session));
    Optional<DiskEntry> entry = latest.flatMap(point -> point.disk(disk));
    if (latest.isEmpty() || entry.isEmpty() || !leases.acquire(latest.get().id())) {
      return Optional.empty();
    }
    RestorePoint point = latest.get();
    if (catalogue.find(point.id()).isEmpty()) {
      leases.release(point.id()); // Forgotten before it was leased.
      return Optional.empty();
    }
    return Optional.of(
        new Opened(reader.open(point, entry.get(), () -> leases.release(point.id()))));
  }

  /** Another VM's is treated like none, so that nobody learns of it. */
  private static boolean isOfTheSameVm(RestorePoint point, SessionRequest session) {
    return point.vm().namespace().equals(session.vm().namespace())
        && point.vm().id().equals(session.vm().id())
        && point.domain().equals(session.domain());
  }

  private static NotFoundException missing(BaseRef base) {
    return refused("There is no such restore point of this VM, or no such disk in it", base);
  }

  private static NotFoundException refused(String why, BaseRef base) {
    return new NotFoundException(
        Fault.of(why).in("restore point " + base.restorePoint() + ", disk " + base.disk()));
  }

  /** A base and its lease. */
  private record Opened(MappedDisk source) implements OpenBase {

    @Override
    public ChunkMap map() {
      return source.map();
    }

    @Override
    public void fetch(List<Extent> chunks, ChunkConsumer consumer) throws IOException {
      source.fetch(chunks, consumer);
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
