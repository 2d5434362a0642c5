package dozo.client.qemu;

import dozo.client.leftover.Journal;
import dozo.client.leftover.Sweeper;
import dozo.client.leftover.Swept;
import java.io.IOException;

/** Removes what a checkpoint of a qemu machine has left behind. */
public final class QemuSweeper implements Sweeper {

  @Override
  public String kind() {
    return QemuPlan.KIND;
  }

  @Override
  public Swept sweep(Journal journal) throws IOException {
    QemuPlan plan = QemuPlan.of(journal.plan());
    return new Swept(kind(), plan.id(), new QemuCleanup(plan, journal.steps()).run());
  }
}
