package dozo.cli.job;

import java.io.IOException;
import java.io.Serial;

/** A VM was not backed up because another of its group was not. */
public final class GroupFailedException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  private final transient JobVm failed;
  private final Exception reason;

  GroupFailedException(JobVm failed, Exception reason) {
    super("VM " + failed.vm().name() + " of the same group was not backed up", reason);
    this.failed = failed;
    this.reason = reason;
  }

  /** The VM that failed by itself. */
  JobVm failed() {
    return failed;
  }

  /** Why it failed. */
  public Exception reason() {
    return reason;
  }
}
