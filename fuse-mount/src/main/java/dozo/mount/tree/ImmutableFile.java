package dozo.mount.tree;

import dozo.mount.fs.MountedFile;
import dozo.mount.fs.OpenWritableFile;
import java.nio.file.ReadOnlyFileSystemException;

/** A file of a restore point, which never changes. */
interface ImmutableFile extends MountedFile {
  @Override
  default OpenWritableFile openForWriting() {
    throw new ReadOnlyFileSystemException();
  }
}
