# Run by root. Goes into a mount namespace of its own and puts there what whoever is confined may reach:
# a FUSE device, since that of the machine may be root's alone, and the socket $1. Then goes into a user
# namespace, says so, and waits until its ids are mapped to ids that nobody has. Runs the rest as root of it.
set -eu
mount -t tmpfs -o size=64k,mode=755,nosuid,noexec dozo /mnt
mknod -m 666 /mnt/fuse c 10 229
: >/mnt/disk.sock
mount --bind "$1" /mnt/disk.sock
shift
# shellcheck disable=SC2016 # the inner shell expands it
exec unshare --user --keep-caps \
  sh -c 'echo confined; read -r _; exec setpriv --reuid=0 --regid=0 --clear-groups "$@"' dozo "$@"
