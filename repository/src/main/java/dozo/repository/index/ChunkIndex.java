package dozo.repository.index;

import dozo.format.ChunkId;
import dozo.format.pack.PackDirectory;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.PackEntry;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says where chunks and map nodes may lie. It is a hint and never decides what is right: it may
 * have forgotten, be behind, or name a place where something else lies, and whoever asks believes
 * an answer only when the segment or its pack's directory shows the whole id.
 *
 * <p>Safe for use by several threads to ask; one at a time may change it.
 */
public interface ChunkIndex extends AutoCloseable {

  /**
   * Looks ids up.
   *
   * @return for each id, in order, where it may lie, or null if the index knows of no place
   */
  List<@Nullable ChunkLocation> find(List<ChunkId> ids);

  /**
   * Enters packs with all that they hold, in one step. What was said before of the same ids is
   * forgotten; entering a pack twice does no harm. On stable storage when this returns.
   *
   * @throws IOException if the index cannot be written; it is then as it was before
   */
  void add(List<Contents> packs) throws IOException;

  /**
   * Takes chunks out, where the index still says that they lie in the named segment. On stable
   * storage when this returns.
   */
  void remove(ChunkLocation segment, Collection<ChunkId> ids) throws IOException;

  /**
   * Enters packs and takes others out, with all that they hold, in one step: what is in both is
   * found in the new one afterwards, and what is only in one that goes is not found. On stable
   * storage when this returns.
   *
   * @throws IOException if the index cannot be written; it is then as it was before
   */
  void exchange(List<Contents> added, List<Contents> removed) throws IOException;

  /** Forgets that packs are known, so that the next start reads those that are there. */
  void forget(Collection<PackEntry> packs) throws IOException;

  /** The packs that have been entered, in the order of their numbers. */
  List<PackEntry> packs();

  /** How many ids the index knows. */
  long size();

  @Override
  void close();

  /**
   * A pack and what lies in it.
   *
   * @param pack the pack
   * @param directory its directory
   */
  record Contents(PackEntry pack, PackDirectory directory) {}
}
