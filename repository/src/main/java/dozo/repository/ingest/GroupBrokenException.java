package dozo.repository.ingest;

import java.io.IOException;
import java.io.Serial;
import java.util.UUID;

/** Another member of a group has ended without a restore point, so that this one has to. */
public final class GroupBrokenException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  GroupBrokenException(UUID group) {
    super(
        "Another backup of consistency group "
            + group
            + " has ended, so that none of the group becomes a restore point; see what ended that"
            + " one, and begin them all again");
  }
}
