package dozo.cli.job;

import dozo.client.BackupProgress;
import dozo.client.BackupResult;
import dozo.format.manifest.Consistency;
import java.io.IOException;
import java.time.Duration;

/** Is told how a job goes, by several threads. */
public interface JobListener {

  /** A VM's turn has come. */
  void started(JobVm vm);

  /** There is a checkpoint, and the guest goes on. */
  void checkpointed(JobVm vm, Consistency consistency);

  /** Told a few times a second for each VM. */
  void progressed(JobVm vm, BackupProgress progress);

  /** Something that somebody has to know, and that does not end the backup. */
  void warned(JobVm vm, String message);

  /** A hook wrote a line. */
  void hookSaid(JobVm vm, String hook, String line);

  /** A restore point exists. */
  void committed(JobVm vm, BackupResult result);

  /** An attempt failed, and there will be another. */
  void tryingAgain(JobVm vm, IOException cause, Duration pause);

  /** A VM was not backed up, or a hook failed after it was. */
  void failed(JobVm vm, Exception cause);
}
