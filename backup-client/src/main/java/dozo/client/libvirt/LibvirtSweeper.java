package dozo.client.libvirt;

import dozo.client.leftover.Journal;
import dozo.client.leftover.Sweeper;
import dozo.client.leftover.Swept;
import java.io.IOException;

/** Removes what a checkpoint of a libvirt machine has left behind. */
public final class LibvirtSweeper implements Sweeper {

  @Override
  public String kind() {
    return LibvirtPlan.KIND;
  }

  @Override
  public Swept sweep(Journal journal) throws IOException {
    LibvirtPlan plan = LibvirtPlan.of(journal.plan());
    return new Swept(
        kind(), plan.id(), new LibvirtCleanup(plan, journal.steps()).runAfterFailure());
  }
}
