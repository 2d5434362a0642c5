package dozo.client.tags;

import dozo.format.manifest.VmRef;
import dozo.format.tag.BlockTagger;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory in which a backup client keeps the tags of the disks that it backs up.
 *
 * @param directory made when it is needed
 */
public record BlockTagStore(Path directory) {

  private static final Logger LOG = LoggerFactory.getLogger(BlockTagStore.class);
  private static final boolean IS_POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  /**
   * Opens what is known of a disk, and begins to record it anew.
   *
   * @param repository where it is backed up to
   * @param sizeBytes its size now
   * @return empty if the directory cannot be used, or another backup of the disk is under way
   */
  public Optional<BlockTags> open(UUID repository, VmRef vm, String disk, long sizeBytes) {
    byte[] hash = hash(repository, vm, disk);
    String name = UUID.nameUUIDFromBytes(hash).toString();
    Path published = directory.resolve(name + ".tags");
    Path unpublished = directory.resolve(name + ".new");
    FileChannel next = null;
    FileChannel last = null;
    try {
      makeDirectory();
      next =
          FileChannel.open(
              unpublished,
              Set.<OpenOption>of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              owners("rw-------"));
      if (!lock(next)) {
        next.close();
        LOG.info("Another backup keeps the tags of this disk file={}", unpublished);
        return Optional.empty();
      }
      next.truncate(0);
      last = openIfThere(published);
      TagFileHeader header = last == null ? null : header(last, repository, hash);
      if (last != null && header == null) {
        last.close();
        last = null;
      }
      byte[] key = header == null ? BlockTagger.newKey(new SecureRandom()) : header.key();
      return Optional.of(
          new BlockTags(
              published,
              last,
              header,
              unpublished,
              next,
              new NewTags(repository, hash, sizeBytes, key)));
    } catch (IOException e) {
      notKept(unpublished, e);
      close(next);
      close(last);
      return Optional.empty();
    }
  }

  private void makeDirectory() throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, owners("rwx------"));
    }
  }

  private static FileAttribute<?>[] owners(String permissions) {
    return IS_POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean lock(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static @Nullable FileChannel openIfThere(Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static @Nullable TagFileHeader header(FileChannel file, UUID repository, byte[] disk)
      throws IOException {
    byte[] bytes = new byte[TagFileHeader.BYTES];
    TagFile.readAll(file, 0, ByteBuffer.wrap(bytes));
    return TagFileHeader.decode(bytes).filter(found -> found.isOf(repository, disk)).orElse(null);
  }

  private static byte[] hash(UUID repository, VmRef vm, String disk) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (String part :
          new String[] {repository.toString(), vm.namespace(), vm.id().toString(), disk}) {
        sha256.update(part.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
      }
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing here", e);
    }
  }

  /** Tells the user, to whom the cause matters and not where in the code it came from. */
  static void notKept(Path unpublished, IOException cause) {
    LOG.warn("No tags are kept of this backup file={} cause={}", unpublished, cause.toString());
    LOG.debug("Where tags failed", cause);
  }

  private static void close(@Nullable FileChannel file) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.warn("A file of tags cannot be closed", e);
      }
    }
  }
}
