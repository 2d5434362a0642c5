package dozo.cli.job;

import dozo.client.BackupListener;
import dozo.client.BackupProgress;
import dozo.format.manifest.Consistency;
import java.io.IOException;
import java.time.Duration;

/** Tells of the backup of one VM. */
record VmListener(JobVm vm, JobListener listener) implements BackupListener {

  @Override
  public void progressed(BackupProgress progress) {
    listener.progressed(vm, progress);
  }

  @Override
  public void readingWhole(String disk, String reason) {
    listener.warned(vm, disk + " is read whole: " + reason);
  }

  @Override
  public void checkpointed(Consistency consistency) {
    listener.checkpointed(vm, consistency);
  }

  @Override
  public void leftBehind(IOException cause) {
    listener.warned(vm, "the restore point is there, but: " + cause.getMessage());
  }

  @Override
  public void committing() {}

  @Override
  public void retrying(IOException cause, Duration pause) {
    listener.warned(
        vm, cause.getMessage() + " Looking for the server again in " + pause.toMillis() + " ms.");
  }
}
