package dozo.repository.sweep;

import dozo.repository.sweep.SweepReport.Chunks;
import dozo.repository.sweep.SweepReport.Packs;
import java.util.List;

/** Counts what a sweep finds and does, so that one that is stopped can tell too. */
final class SweepTally {

  int restorePoints;
  Chunks live = new Chunks(0, 0);
  Packs packs = Packs.NONE;
  Packs dead = Packs.NONE;
  Packs compacted = Packs.NONE;
  Packs written = Packs.NONE;
  Packs claimed = Packs.NONE;
  long wasteBytes;
  int purgedRestorePoints;
  Packs purged = Packs.NONE;
  Packs trash = Packs.NONE;
  boolean isShortOfRoom;
  List<SweepReport.Damage> damaged = List.of();
  long moreDamaged;
  int leftAlone;

  /** Notes what marking found. */
  void marked(List<PackMarks> marks) {
    long chunks = 0;
    long bytes = 0;
    for (PackMarks pack : marks) {
      packs = packs.plus(pack.pack().sizeBytes());
      chunks += pack.live();
      bytes += pack.liveBytes();
      leftAlone += pack.isUntouchable() ? 1 : 0;
    }
    live = new Chunks(chunks, bytes);
  }

  SweepReport report(boolean isDryRun, boolean isStopped) {
    return new SweepReport(
        isDryRun,
        isStopped,
        restorePoints,
        live,
        packs,
        dead,
        compacted,
        written,
        claimed,
        wasteBytes,
        purgedRestorePoints,
        purged,
        trash,
        isShortOfRoom,
        damaged,
        moreDamaged,
        leftAlone);
  }
}
