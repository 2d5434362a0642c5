# Run by root in namespaces of its own for mounts and processes. Runs the script $1, which is `read.sh`, where
# nobody else sees what it mounts, and what it mounts goes when it ends.
set -eu
mount -t tmpfs -o size=64k,mode=700,nosuid,nodev,noexec dozo /mnt
mkdir /mnt/image /mnt/files /mnt/run
export IMAGE=/mnt/image FILES=/mnt/files RUN=/mnt/run
script=$1
shift
exec sh -c "$script" dozo "$@"
