package dozo.mount.fuse;

import dozo.mount.fs.MountedFileSystem;
import dozo.mount.fuse.MountException.Reason;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.PointerByReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * A mounted file system. It is served by this process from the return of {@link #open} until
 * someone unmounts it: {@link #close()}, or anyone else with {@code fusermount -u}.
 *
 * <p>Safe for use by many threads. Whoever wants the mount gone at SIGTERM calls {@link #close()}
 * from a shutdown hook.
 */
public final class FuseMount implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FuseMount.class);

  /** How long a closed mount may still be busy with the requests that it had. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long the kernel needs to tell the threads, where nothing holds the mount. */
  private static final Duration PROMPTNESS = Duration.ofSeconds(2);

  /** Who ended a mount. */
  public enum End {
    /** {@link FuseMount#close()} did. */
    CLOSED,
    /** Someone outside unmounted it. */
    UNMOUNTED
  }

  private final Path mountPoint;
  private final LibFuse2 library;
  private final Pointer fuse;
  private final Pointer nativeMountPoint;
  private final OpenNodeTable openNodes;

  /** Held because the native side calls into it for as long as the session lives. */
  private final FuseOperations operations;

  private final SessionLoop loop;
  private final MountTable.Entry entry;
  private final CompletableFuture<Boolean> ending = new CompletableFuture<>();
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final ReentrantLock closing = new ReentrantLock();
  private volatile boolean closeRequested;

  private FuseMount(
      Path mountPoint,
      LibFuse2 library,
      FuseOperations operations,
      OpenNodeTable openNodes,
      MountOptions options)
      throws IOException {
    this.mountPoint = mountPoint;
    this.library = library;
    this.operations = operations;
    this.openNodes = openNodes;
    String[] arguments = {"dozo", "-f", "-o", MountArguments.of(options), mountPoint.toString()};
    PointerByReference place = new PointerByReference();
    Pointer session =
        library.fuse_setup(
            arguments.length,
            arguments,
            operations,
            Struct.size(operations),
            place,
            new IntByReference(),
            null);
    if (session == null) {
      throw new MountException(
          Reason.REFUSED,
          "libfuse could not mount on "
              + mountPoint
              + ": its own message is on standard error; the usual cause is a missing right to"
              + " mount");
    }
    this.fuse = session;
    this.nativeMountPoint = place.getValue();
    this.loop = new SessionLoop(library, fuse, options.threads(), this::ending, this::ended);
    this.entry = requireListed();
  }

  /**
   * Mounts, and returns when the file system answers.
   *
   * @param mountPoint an empty directory; a mount of ours that died on it is cleared
   * @param tree what to show; stays the caller's to close, after this mount
   * @throws MountException if it cannot be mounted, with what to do about it
   * @throws IOException if the mount point cannot be examined
   */
  public static FuseMount open(Path mountPoint, MountedFileSystem tree, MountOptions options)
      throws IOException {
    LibFuse2 library = Prerequisites.requireAll(options);
    Path path = MountPoint.prepare(mountPoint, options);
    OpenNodeTable openNodes = new OpenNodeTable();
    @Nullable FileOwner owner = options.owner();
    FileSystemCallbacks callbacks =
        new FileSystemCallbacks(
            tree,
            openNodes,
            new NodeStat(owner == null ? FileOwner.ofProcess() : owner, options.fileMode()),
            new FailureLog(System::nanoTime));
    FuseMount mount =
        new FuseMount(path, library, callbacks.operations(options.writable()), openNodes, options);
    mount.serve(options);
    return mount;
  }

  /**
   * Unmounts what any process has mounted at a place, alive or not. Whoever has files of it open
   * gets errors from then on, also for what it waits for.
   *
   * @throws MountException if nothing of ours is mounted there, or it cannot be unmounted
   */
  public static void unmount(Path mountPoint) throws IOException {
    MountTable.Entry mounted = requireOurs(mountPoint);
    if (!Unmounting.unmount(mounted.mountPoint())) {
      Unmounting.detachAndAbort(mounted);
    }
  }

  /**
   * Unmounts what any process has mounted at a place, unless somebody uses it. Returns whether it
   * did.
   *
   * @throws MountException if nothing of ours is mounted there
   */
  public static boolean unmountUnlessBusy(Path mountPoint) throws IOException {
    return Unmounting.unmount(requireOurs(mountPoint).mountPoint());
  }

  private static MountTable.Entry requireOurs(Path mountPoint) throws IOException {
    Path path = MountPoint.realPath(mountPoint);
    return MountTable.read()
        .at(path)
        .filter(MountTable.Entry::isOurs)
        .orElseThrow(() ->
            new MountException(
                Reason.UNSUITABLE_MOUNT_POINT, "nothing of ours is mounted on " + path));
  }

  /**
   * The path under which the kernel lists a mount point. The mount point itself is not touched: a
   * dead one cannot be looked at, and a stuck one answers nobody.
   *
   * @throws MountException if the directory that it is in cannot be reached
   */
  public static Path realPath(Path mountPoint) throws MountException {
    return MountPoint.realPath(mountPoint);
  }

  /**
   * Lists where the kernel has mounts of ours, whoever serves them, or nobody does. It touches none
   * of them, so that a hung one cannot hold it up.
   */
  public static List<Path> mountPoints() throws IOException {
    return MountTable.read().entries().stream()
        .filter(MountTable.Entry::isOurs)
        .map(MountTable.Entry::mountPoint)
        .toList();
  }

  /** Returns the real path under which the file system is found. */
  public Path mountPoint() {
    return mountPoint;
  }

  /** Waits until the file system is no longer mounted, and returns who ended it. */
  public End awaitUnmount() throws InterruptedException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Has something done when the kernel sends no more requests, although some may still be under
   * way: whoever makes them wait can let them go then, because nobody gets their answers.
   *
   * @param action is to return soon; runs on a thread of the mount, or at once if it has ended
   */
  public void onEnding(Runnable action) {
    var _ = ending.thenAccept(_ -> action.run());
  }

  /**
   * Unmounts and waits for the threads. A mount that is in use is detached, and its readers fail.
   *
   * @throws IOException if it is still mounted afterwards
   */
  @Override
  public void close() throws IOException {
    closing.lock();
    try {
      closeRequested = true;
      // Once it has ended, the kernel may have given its number to the next mount at this place.
      boolean mounted = !end.isDone() && MountTable.read().contains(entry);
      if (mounted && !Unmounting.unmount(mountPoint)) {
        log.warn(
            "the mount is in use and is taken away from its readers mountPoint={}", mountPoint);
        Unmounting.detachAndAbort(entry);
      }
      if (!loop.awaitEnd(PROMPTNESS)) {
        // It is mounted in another mount namespace too, or a request is under way.
        Unmounting.abort(entry);
        if (!loop.awaitEnd(PATIENCE)) {
          log.error(
              "requests are still under way and their threads are left behind mountPoint={}",
              mountPoint);
          end.complete(End.CLOSED);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while unmounting " + mountPoint, e);
    } finally {
      closing.unlock();
    }
  }

  private MountTable.Entry requireListed() throws IOException {
    Optional<MountTable.Entry> listed = MountTable.read().at(mountPoint);
    if (listed.isEmpty() || !listed.get().isOurs()) {
      library.fuse_teardown(fuse, nativeMountPoint);
      throw new MountException(
          Reason.REFUSED,
          "libfuse said that it mounted on " + mountPoint + ", but the kernel does not list it");
    }
    return listed.get();
  }

  private void serve(MountOptions options) throws IOException {
    loop.start();
    if (MountProbe.probe(mountPoint) != MountProbe.ANSWERS) {
      close();
      throw new MountException(
          Reason.REFUSED, "the file system was mounted on " + mountPoint + " but does not answer");
    }
    setReadAhead(options.readAheadBytes());
  }

  /** The kernel reads 128 KiB ahead on FUSE, one request; only root may let it read more. */
  private void setReadAhead(int bytes) {
    Path file = Path.of("/sys/class/bdi", entry.device(), "read_ahead_kb");
    if (!Files.isWritable(file)) {
      return;
    }
    try {
      Files.writeString(file, Integer.toString(bytes >> 10), StandardOpenOption.WRITE);
    } catch (IOException e) {
      log.warn("cannot set the read-ahead mountPoint={}", mountPoint, e);
    }
  }

  private void ending() {
    ending.complete(true);
  }

  /** Run by the last thread of the loop: nothing native is used by anyone any more. */
  private void ended() {
    try {
      library.fuse_teardown(fuse, nativeMountPoint);
    } finally {
      Reference.reachabilityFence(operations);
    }
    openNodes.closeAll();
    end.complete(closeRequested ? End.CLOSED : End.UNMOUNTED);
  }
}
