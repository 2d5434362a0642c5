package dozo.bench.compare;

/**
 * What a command used.
 *
 * @param wallSeconds from its start to its end
 * @param clientCpuSeconds of the command and its children, user and system
 * @param serverCpuSeconds of the server, until it was idle again; 0 where there is none
 * @param clientPeakBytes the most memory that one process of the command had
 * @param serverPeakBytes the most memory that the server had meanwhile
 * @param otherCpuSeconds what everything else on the machine used meanwhile
 */
record Usage(
    double wallSeconds,
    double clientCpuSeconds,
    double serverCpuSeconds,
    long clientPeakBytes,
    long serverPeakBytes,
    double otherCpuSeconds) {

  double cpuSeconds() {
    return clientCpuSeconds + serverCpuSeconds;
  }

  long peakBytes() {
    return clientPeakBytes + serverPeakBytes;
  }
}
