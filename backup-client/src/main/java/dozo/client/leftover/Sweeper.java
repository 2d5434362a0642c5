package dozo.client.leftover;

import java.io.IOException;

/** Removes what backups of one kind have left behind. */
public interface Sweeper {

  /** The kind of journal that it understands, such as {@code qemu}. */
  String kind();

  /**
   * Removes everything that a journal names and that is still there, and lets a guest go on that
   * was stopped. Doing so twice does no harm.
   *
   * @param journal one whose owner has died; locked by the caller, who also removes it
   * @return what was done, as sentences for an operator; empty if there was nothing to do
   * @throws IOException if something may still be there: the journal is kept, and it is tried again
   */
  Swept sweep(Journal journal) throws IOException;
}
