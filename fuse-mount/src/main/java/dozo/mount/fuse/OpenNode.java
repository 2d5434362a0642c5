package dozo.mount.fuse;

import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedFile;
import dozo.mount.fs.MountedNode;
import dozo.mount.fs.OpenFile;
import java.io.IOException;

/** What a number stands for that the kernel got when it opened something. */
sealed interface OpenNode {
  /** Returns the node that was opened; it knows the attributes. */
  MountedNode node();

  /** Gives back what opening took. */
  void close() throws IOException;

  /** A file, and what reads from it. */
  record File(MountedFile node, OpenFile content) implements OpenNode {
    @Override
    public void close() throws IOException {
      content.close();
    }
  }

  /** A directory. Nothing is taken for it; it is here because libfuse then tells us no path. */
  record Directory(MountedDirectory node) implements OpenNode {
    @Override
    public void close() {}
  }
}
