# boot.sh ROOT: boots the system in the directory ROOT, which is systemd as process 1 in namespaces of
# its own. It is run in a mount namespace; what it mounts goes with that.
set -eu
root=$1

if [ "${2:-}" != inside ]; then
  mount --make-rprivate /
  # A control group of its own, which it then takes for all there is: the unified hierarchy, whatever
  # this machine uses.
  mount -t cgroup2 cgroup2 "$root/mnt"
  group=$root/mnt/dozo-test.$$
  mkdir "$group"
  (
    sh -c 'echo $PPID' >"$group/cgroup.procs"
    exec unshare --mount --uts --ipc --pid --cgroup --net --fork --kill-child sh "$0" "$root" inside
  ) || true
  find "$group" -depth -type d -exec rmdir {} +
  exit
fi

umount "$root/mnt"
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
# With the rights that udev gives it.
mknod -m 666 "$root/dev/fuse" c 10 229
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
# The kernel's settings are this machine's.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,ro,bind "$root/proc/sys"

# Not by chroot(2): in one, a service with PrivateUsers= cannot be started.
cd "$root"
pivot_root . mnt
exec chroot . /bin/sh -c 'umount -l /mnt && mount --make-rshared / &&
  exec env -i container=dozo-test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --show-status=0'
