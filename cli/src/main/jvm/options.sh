# The options that a JVM for Dozo gets, for the launchers, which read this file: the one of the source
# tree, and the one that the package installs. Whoever reads it sets `jvm_directives` to where
# client-directives.json is.
# shellcheck shell=sh disable=SC2034

# What the manifest of the jar cannot say. The JVM's own warnings go where they spoil no output, and
# Netty's events for the flight recorder would cost each command a twentieth of a second, as would
# a recording that is not mapped where it was recorded for. Netty's search for leaks is for tests.
jvm_access='--sun-misc-unsafe-memory-access=allow -Xlog:disable -Xlog:all=warning,aot*=off,cds*=off:stderr
  -Dio.netty.jfr.enabled=false -Dio.netty.leakDetection.level=disabled -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0'

# For a process that ends within seconds. Its largest single cost is its first compiler, of which a quarter
# is saved where that copies only the shortest methods into their callers, and another where methods are
# looked at after a thousand calls, not after each hundred: then half as many are compiled.
jvm_brief='-XX:C1MaxInlineSize=12 -XX:Tier0InvokeNotifyFreqLog=10 -XX:Tier0BackedgeNotifyFreqLog=12'

# True if a command's arguments, or else the environment, name a repository's directory.
reads_directory() {
  case " $* " in
    *' --repository'[=\ ]*) return 0 ;;
    *' --server'[=\ ]*) return 1 ;;
  esac
  [ -n "${DOZO_REPOSITORY:-}" ]
}

# Prints the JVM options that suit the command "$@": what runs long gets a collector that does not stop
# it and a bound for its heap, what moves disks gets throughput, and the rest starts fast.
jvm_options() {
  case ${1:-} in
    # What a server does at last runs for months. Until then the compiler's best, taken up as soon as
    # usual, takes a quarter of the processors: it waits ten times as long. Not so for what answers reads:
    # that is little code, which a mount that waits for it calls some thousand times a second.
    server)
      echo '-XX:+UseG1GC -Xmx1g -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000
        -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000 -XX:CompileCommand=quiet'
      for package in server.net repository.read repository.pack repository.storage format.seal format.map protocol.codec; do
        echo "-XX:CompileCommand=CompileThresholdScaling,dozo.$package.*::*,0.1"
      done
      ;;
    # From a server, what a mount does is native code as well: TLS, zstd, FUSE.
    mount | nbd)
      if reads_directory "$@"; then
        echo '-XX:+UseG1GC -Xmx512m'
      else
        echo '-XX:+UseG1GC -Xmx512m -XX:TieredStopAtLevel=1'
      fi
      ;;
    # Cutting, hashing and tags need the compiler's best, which the directives name, but for the Java code
    # that its instructions for SHA and GCM replace; of the rest, most is in native code, and compiling what
    # is left for speed costs more than it saves. What the JVM prints by itself, such as that it has read
    # the directives, would spoil the output. A backup makes a little garbage with each block: where new objects
    # come to lie where others lay just before, the system clears no pages for them.
    backup | job | restore)
      if [ "$1" = restore ] && reads_directory "$@"; then
        echo '-XX:+UseParallelGC -Xmx512m' # here it deciphers as well
      else
        young='-Xmn8m'
        if [ "$1" = restore ]; then young=''; fi # it holds more than that at a time
        echo "-XX:+UseSerialGC -Xmx512m $young $jvm_brief -XX:+UnlockDiagnosticVMOptions -XX:-DisplayVMOutput
          -XX:CompilerDirectivesFile=$jvm_directives -XX:CompileCommand=quiet
          -XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.GaloisCounterMode::implGCMCrypt,0.01"
      fi
      ;;
    verify | repair | quickstart) echo '-XX:+UseParallelGC -Xmx512m' ;;
    *) echo "-XX:+UseSerialGC -Xmx512m $jvm_brief" ;;
  esac
}
