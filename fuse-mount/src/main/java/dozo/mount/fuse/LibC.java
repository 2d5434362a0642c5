package dozo.mount.fuse;

/** The one function of the C library that no command offers. */
public interface LibC {
  /** Makes {@link #umount2} fail all requests under way and all later ones. */
  int MNT_FORCE = 1;

  /** Makes {@link #umount2} take the mount out of the tree even if it is in use. */
  int MNT_DETACH = 2;

  /** Unmounts; returns -1 on failure. */
  int umount2(String mountPoint, int flags);
}
