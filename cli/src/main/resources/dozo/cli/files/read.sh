# Reads a guest's file system: shows the volume behind the NBD socket $SOCKET as a file under $IMAGE, has
# the driver $1 show its files under $FILES, and does $2, `list` or `copy`, with the paths that follow. Nothing
# is cleaned up, because nothing outlives the namespaces that this runs in. What is wrong goes to standard
# error, and its kind into the exit code: 71 the volume, 72 the driver, 73 a path.
set -eu
driver=$1
action=$2
shift 2

fail() {
  code=$1
  shift
  printf '%s\n' "$*" >&2
  exit "$code"
}

show_image() {
  nbdfuse -r -P "$RUN/nbd.pid" "$IMAGE/disk" "nbd+unix:///volume?socket=$SOCKET" >&2 &
  server=$!
  until [ -s "$RUN/nbd.pid" ]; do
    kill -0 "$server" 2>/dev/null || fail 71 'nbdfuse cannot show the volume'
    sleep 0.02
  done
}

# A driver that a file system sends astray may take no more than 4 GiB.
bounded() (
  ulimit -v 4194304
  exec "$@"
)

show_files() {
  case $driver in
    fuse2fs) bounded fuse2fs -o ro,fakeroot "$IMAGE/disk" "$FILES" ;;
    ntfs-3g) bounded ntfs-3g -o ro,norecover,fmask=133,dmask=022 "$IMAGE/disk" "$FILES" ;;
    grub-mount) bounded grub-mount "$IMAGE/disk" "$FILES" ;;
    kernel:*)
      options=${driver#kernel:}
      mount -t "${options%%,*}" -o "loop,ro,nosuid,nodev,noexec,${options#*,}" "$IMAGE/disk" "$FILES"
      ;;
  esac >&2 || fail 72 "$driver cannot open the file system"
  mountpoint -q "$FILES" || fail 72 "$driver does not show the file system"
}

# Sets `found` to where the guest's path $1 leads. Links on the way are followed as the guest would follow
# them, never out of its file system; a link at its end too if $2 says `follow`.
locate() {
  rest=$1
  found=
  links=0
  while [ -n "$rest" ]; do
    name=${rest%%/*}
    case $rest in
      */*) rest=${rest#*/} ;;
      *) rest= ;;
    esac
    case $name in
      '' | .) continue ;;
      ..)
        found=${found%/*}
        continue
        ;;
    esac
    if [ -L "$FILES$found/$name" ] && { [ -n "$rest" ] || [ "$2" = follow ]; }; then
      links=$((links + 1))
      [ $links -le 40 ] || fail 73 "$1: too many links"
      link=$(readlink "$FILES$found/$name")
      case $link in /*) found= ;; esac
      rest=$link${rest:+/$rest}
    else
      found=$found/$name
    fi
  done
  if [ ! -e "$FILES$found" ] && [ ! -L "$FILES$found" ]; then fail 73 "$1: there is no such file"; fi
}

list() {
  locate "$1" follow
  {
    find "$FILES$found" -maxdepth 1 -printf '%P/%y/%m/%U/%G/%s/%T@/%l\0' || : >"$RUN/failed"
  } | sort -z
  [ ! -e "$RUN/failed" ]
}

copy() {
  left=$#
  while [ "$left" -gt 0 ]; do
    locate "$1" keep
    shift
    left=$((left - 1))
    case $found in
      '') set -- "$@" -C "$FILES" . ;;
      *) set -- "$@" -C "$FILES${found%/*}" "./${found##*/}" ;;
    esac
  done
  exec tar --create --file=- --format=posix --numeric-owner --one-file-system --xattrs '--xattrs-include=*' \
    --quoting-style=escape --warning=no-file-ignored "$@"
}

show_image
show_files
"$action" "$@"
