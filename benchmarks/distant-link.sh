#!/bin/bash
# Backs a disk up over a link of 150 ms round trip and 1 Gbit/s: two network namespaces on this machine,
# joined by a pair of virtual devices with netem on either end (root, iproute2). Where the kernel has no
# netem, or with --relay, a process stands in for the link. Needs openssl; leaves nothing behind.
#
#   benchmarks/distant-link.sh [--mib N] [--delay-ms N] [--bytes-a-second N] [--directory DIR] [--relay]
#
# Pushes a disk of random bytes that the server has not (`unknown`), again when it has it (`known`), again from
# a host that remembers nothing of it (`untagged`), and as the disk of another VM (`clone`, every chunk of which
# has to be proved), and prints for each a line:
#
#   unknown link=netem seconds=12.3 logicalBytes=… wireBytes=… fillPercent=87 logicalRatio=0.9 clientCpu=4.1 serverCpu=9.8
#
# fillPercent is what went over the link (over a device with all headers, through the relay without TCP's),
# of what it carries in the time from the checkpoint to the receipt; logicalRatio the speed of the disk's
# bytes over the link's. Environment: DOZO, the command to run (default: the launcher of this tree); JAVA, for
# the relay (default: java).
set -euo pipefail

mib=1024 delay=150 bytes_a_second=125000000 directory=/dev/shm link=netem
while [ $# -gt 0 ]; do
  case $1 in
    --mib) mib=$2 ;;
    --delay-ms) delay=$2 ;;
    --bytes-a-second) bytes_a_second=$2 ;;
    --directory) directory=$2 ;;
    --relay) link=relay && shift && continue ;;
    *) echo "distant-link.sh: there is no option $1" >&2; exit 64 ;;
  esac
  shift 2
done

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
dozo=${DOZO:-$here/../dozo}
work=$(mktemp -d "$directory/dozo-link.XXXXXX")
near=dozo-near-$$ far=dozo-far-$$
server= relay=

finish() {
  [ -z "$relay" ] || { kill "$relay" 2>/dev/null && wait "$relay" 2>/dev/null; } || true
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
  ip netns del $near 2>/dev/null || true
  ip netns del $far 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# Prints the first line of the file $1 that has $2, and waits for it.
await_line() {
  for _ in $(seq 600); do
    if grep -m 1 -- "$2" "$1" 2>/dev/null; then return; fi
    sleep 0.1
  done
  echo "distant-link.sh: nothing like '$2' came: $(cat "$1")" >&2
  exit 1
}

# --- the link -------------------------------------------------------------------------------------

make_namespaces() {
  ip netns add $near && ip netns add $far &&
    ip link add link0 netns $near type veth peer name link0 netns $far || return 1
  for side in "$near 10.99.0.1" "$far 10.99.0.2"; do
    set -- $side
    ip -n "$1" address add "$2/24" dev link0
    ip -n "$1" link set link0 up
    ip -n "$1" link set lo up
    # The limit is in packets, and has to hold more than is on its way.
    ip netns exec "$1" tc qdisc add dev link0 root netem delay $((delay / 2))ms \
      rate $((bytes_a_second * 8))bit limit 100000 || return 1
    # One connection can only have so much on its way as its ends keep in memory: see docs/operations.md.
    ip netns exec "$1" sh -c 'echo "4096 131072 67108864" >/proc/sys/net/ipv4/tcp_rmem
      echo "4096 131072 67108864" >/proc/sys/net/ipv4/tcp_wmem'
  done
}

if [ $link = netem ] && ! make_namespaces 2>"$work/netem"; then
  link=relay
fi
if [ $link = netem ]; then
  on_near="ip netns exec $near" on_far="ip netns exec $far" listen=10.99.0.2:8470
else
  on_near= on_far= listen=127.0.0.1:0
fi

# --- a server far away, and a disk here -----------------------------------------------------------

$dozo init --repository "$work/data/repository" --new-key-file "$work/key" >/dev/null
$dozo token create --repository "$work/data" --key-file "$work/key" --role admin --output "$work/token" link >/dev/null
$on_far $dozo server --config none --data "$work/data" --key-file "$work/key" --listen $listen --admin off \
  --unix-socket off --json >"$work/server.log" 2>&1 &
server=$!
listening=$(await_line "$work/server.log" '"fingerprint"')
fingerprint=$(printf '%s' "$listening" | sed 's/.*"fingerprint":"\([0-9a-f]*\)".*/\1/')
reached=10.99.0.2:8470
if [ $link = relay ]; then
  port=$(printf '%s' "$listening" | sed 's/.*"port":\([0-9]*\).*/\1/')
  mkfifo "$work/hold"
  "${JAVA:-java}" "$here/src/main/java/dozo/bench/link/DistantLink.java" $((delay / 2)) $bytes_a_second "$port" \
    "$work/counter" <"$work/hold" >"$work/relay.log" 2>&1 &
  relay=$!
  exec 3>"$work/hold"
  reached=127.0.0.1:$(await_line "$work/relay.log" '^[0-9]*$')
fi
head -c "${mib}M" /dev/zero | openssl enc -aes-128-ctr -pass pass:link -nosalt -pbkdf2 2>/dev/null >"$work/disk.raw"
logical=$(stat -c %s "$work/disk.raw")

ticks=$(getconf CLK_TCK)
sent() {
  if [ $link = netem ]; then
    $on_near cat /sys/class/net/link0/statistics/tx_bytes
  else
    cat "$work/counter" 2>/dev/null || echo 0
  fi
}

# The relay counts when a connection has ended, which is a moment after the client has.
await_counted() {
  [ $link = relay ] || return 0
  for _ in $(seq 100); do
    if [ "$(sent)" != "$1" ]; then return; fi
    sleep 0.1
  done
}

cpu_of() { awk -v hz="$ticks" '{ printf "%.1f", ($14 + $15) / hz }' "/proc/$1/stat"; }

push() {
  local before_bytes before_cpu result seconds wire cpu
  before_bytes=$(sent)
  before_cpu=$(cpu_of $server)
  TIMEFORMAT='%U %S'
  { time $on_near env DOZO_SERVER=$reached DOZO_FINGERPRINT="$fingerprint" \
    DOZO_TOKEN_FILE="$work/token" DOZO_BLOCK_TAGS="$work/tags" $dozo backup --vm "$2" --transfer "$3" --json \
    "$work/disk.raw" >"$work/result" 2>"$work/errors"; } 2>"$work/time" || { cat "$work/errors" >&2; exit 1; }
  result=$(tail -n 1 "$work/result")
  await_counted "$before_bytes"
  wire=$(($(sent) - before_bytes))
  seconds=$(printf '%s' "$result" | sed 's/.*"seconds":\([0-9.]*\).*/\1/')
  cpu=$(awk '{ printf "%.1f", $1 + $2 }' "$work/time")
  awk -v name="$1" -v link=$link -v s="$seconds" -v l="$logical" -v w="$wire" -v r="$bytes_a_second" -v c="$cpu" \
    -v a="$before_cpu" -v b="$(cpu_of $server)" 'BEGIN {
      printf "%s link=%s seconds=%.2f logicalBytes=%.0f wireBytes=%.0f fillPercent=%.0f logicalRatio=%.1f clientCpu=%.1f serverCpu=%.1f\n",
        name, link, s, l, w, 100 * w / s / r, l / s / r, c, b - a }'
}

push unknown web auto
push known web auto
push untagged web source
push clone clone source
