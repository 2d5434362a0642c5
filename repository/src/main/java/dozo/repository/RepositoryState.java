package dozo.repository;

import dozo.format.key.KeySource;
import dozo.format.manifest.RepositoryIdentity;
import dozo.repository.state.StateStore;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What operators have set in a repository, without the rest of it. It can be read and changed while
 * a server has the repository open, since each entry is a file of its own that is replaced whole.
 *
 * <p>Safe for use by several threads.
 */
public final class RepositoryState implements AutoCloseable {

  private final RepositoryIdentity identity;
  private final StateStore state;
  private final CloseStack closing;

  RepositoryState(RepositoryIdentity identity, StateStore state, CloseStack closing) {
    this.identity = identity;
    this.state = state;
    this.closing = closing;
  }

  /**
   * Opens what operators have set. An entry that is put in the very moment in which a server starts
   * may fail to be, and can be put again.
   *
   * @param source the secret of one of its slots, or its emergency sheet; stays the caller's to
   *     wipe
   * @throws dozo.format.RepositoryNotFoundException if there is no repository
   * @throws dozo.format.ForeignDirectoryException if the directory holds something else
   * @throws dozo.format.FormatTooNewException if a newer Dozo made it
   * @throws dozo.format.WrongKeyException if the secret opens none of its slots
   */
  public static RepositoryState open(Path directory, KeySource source, RepositoryOptions options)
      throws IOException {
    return RepositoryOpening.forReading(directory, options).openState(source);
  }

  /** Which repository it is. */
  public RepositoryIdentity identity() {
    return identity;
  }

  /** The entries. */
  public StateStore state() {
    return state;
  }

  /** Wipes the keys. May be called more than once. */
  @Override
  public void close() throws IOException {
    closing.close();
  }
}
