package dozo.repository.repair;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.pack.Damage;
import dozo.format.pack.PackCheck;
import dozo.format.pack.PackReader;
import dozo.repository.index.ChunkIndex;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.WholePack;
import dozo.repository.state.DamageStore;
import dozo.repository.storage.PackStorage;
import dozo.repository.storage.PackStorage.Outcome;
import dozo.repository.storage.ReadableFile;
import dozo.repository.verify.BrokenFiles;
import dozo.repository.verify.DamagedPack;
import dozo.repository.verify.DamagedPack.Condition;
import dozo.repository.verify.Verifier;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyParts;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repairs packs from their parity. What comes out of that equals the original bit for bit, so a
 * repaired pack has its old name, number and claims, and whoever reads the damaged file at that
 * moment reads on in it.
 *
 * <p>For one thread at a time. A crash leaves each pack damaged or repaired.
 */
public final class Repairer {

  private static final Logger log = LoggerFactory.getLogger(Repairer.class);
  private static final int COPIED_BYTES = 1 << 20;

  private final VerifyParts parts;
  private final Verifier verifier;
  private final PackStorage storage;
  private final DamagedSegments damaged;
  private final DamageStore store;

  /** Repairs with these. */
  public Repairer(
      VerifyParts parts,
      Verifier verifier,
      PackStorage storage,
      DamagedSegments damaged,
      DamageStore store) {
    this.parts = parts;
    this.verifier = verifier;
    this.storage = storage;
    this.damaged = damaged;
    this.store = store;
  }

  /**
   * Reads everything, repairs what can be, and tells what is lost.
   *
   * @param request says what need not be read again, and at which rate
   * @param brokenFiles what is known to be broken besides, at any moment
   * @throws IOException if a repaired pack cannot be written
   */
  public RepairReport repair(
      VerifyRequest request, BrokenFiles brokenFiles, VerifyListener listener, StopSignal stop)
      throws IOException {
    VerifyReport found = verifier.verify(request, brokenFiles, listener, stop);
    List<UUID> repaired = new ArrayList<>();
    List<DamagedPack> left = new ArrayList<>();
    for (DamagedPack pack : found.damagedPacks()) {
      if (pack.condition() == Condition.REPAIRABLE && !stop.isStopped() && replace(pack.id())) {
        repaired.add(pack.id());
      } else {
        left.add(pack);
      }
    }
    // What was out of use before its pack was repaired is there again.
    VerifyReport verified =
        repaired.isEmpty()
            ? found
            : verifier.verify(VerifyRequest.all(false), brokenFiles, listener, stop);
    return new RepairReport(repaired, left, verified);
  }

  private boolean replace(UUID packId) throws IOException {
    Optional<PackEntry> entry = parts.packs().find(packId);
    if (entry.isEmpty()) {
      return false; // A sweep has retired it since.
    }
    try (WholePack whole = parts.library().openWhole(packId, true);
        PackStorage.Upload upload = storage.begin(packId)) {
      copy(whole, upload);
      requireSound(packId, upload);
      Outcome outcome = upload.replace();
      if (outcome != Outcome.CREATED && outcome != Outcome.ALREADY_THE_SAME) {
        log.warn("The storage keeps a damaged pack pack={} outcome={}", packId, outcome);
        return false;
      }
      parts.library().forget(packId);
      parts.directories().refresh(entry.get());
      damaged.pardon(entry.get().number());
      store.forget(packId);
      parts.index().add(List.of(new ChunkIndex.Contents(entry.get(), whole.directory())));
    }
    log.info("Repaired a pack from its parity pack={}", packId);
    return true;
  }

  /** A bad sector that came since the pack was computed must not get into its last copy. */
  private void requireSound(UUID packId, PackStorage.Upload upload) throws IOException {
    try (ReadableFile written = upload.readBack()) {
      UUID repository = parts.keys().get().repositoryId();
      PackCheck check = PackReader.open(written, packId, repository).verifyChecksums();
      if (!check.damages().isEmpty()) {
        Damage first = check.damages().getFirst();
        throw new CorruptDataException(
            Fault.of("A repaired pack is not what was computed: " + first.what())
                .in("pack " + packId)
                .at(first.offset())
                .cure("Run the repair again: the damaged pack is still there"));
      }
    }
  }

  private static void copy(WholePack whole, PackStorage.Upload upload) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(COPIED_BYTES);
    long size = whole.file().sizeBytes();
    for (long at = 0; at < size; at += buffer.limit()) {
      whole.file().read(at, buffer.clear().limit((int) Math.min(COPIED_BYTES, size - at)));
      upload.append(buffer.flip());
    }
  }
}
