package dozo.client;

import dozo.client.source.VmSource;
import dozo.client.tags.BlockTagStore;
import dozo.format.manifest.ConsistencyLevel;
import dozo.format.manifest.VmRef;
import dozo.protocol.GroupSpec;
import dozo.protocol.client.ConnectionSettings;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is to be backed up, and where to.
 *
 * @param server how to reach the server
 * @param vm the VM, as its restore points will name it
 * @param source where its disks are
 * @param attributes further facts for the restore point
 * @param transfer how to bring the disks over
 * @param throttle how fast they may go over the network
 * @param retry what to do when the server is lost
 * @param receiptTrust whose receipts count
 * @param blockTags where it is kept how the blocks of disks were, so that a full read sends only
 *     what changed; empty to do without
 * @param required how consistent the checkpoint has to be; without that there is no restore point
 * @param group the consistency group that it is of, if it is of one
 */
public record BackupRequest(
    ConnectionSettings server,
    VmRef vm,
    VmSource source,
    SortedMap<String, String> attributes,
    Transfer transfer,
    NetworkThrottle throttle,
    RetryPolicy retry,
    ReceiptTrust receiptTrust,
    Optional<BlockTagStore> blockTags,
    ConsistencyLevel required,
    Optional<GroupSpec> group) {

  /** A backup by whichever way suits, as fast as it goes, of which nothing is remembered here. */
  public BackupRequest(
      ConnectionSettings server,
      VmRef vm,
      VmSource source,
      SortedMap<String, String> attributes,
      RetryPolicy retry,
      ReceiptTrust receiptTrust) {
    this(
        server,
        vm,
        source,
        attributes,
        Transfer.AUTO,
        NetworkThrottle.UNLIMITED,
        retry,
        receiptTrust,
        Optional.empty());
  }

  /** A backup as consistent as can be had. */
  public BackupRequest(
      ConnectionSettings server,
      VmRef vm,
      VmSource source,
      SortedMap<String, String> attributes,
      Transfer transfer,
      NetworkThrottle throttle,
      RetryPolicy retry,
      ReceiptTrust receiptTrust,
      Optional<BlockTagStore> blockTags) {
    this(
        server,
        vm,
        source,
        attributes,
        transfer,
        throttle,
        retry,
        receiptTrust,
        blockTags,
        ConsistencyLevel.CRASH,
        Optional.empty());
  }

  /** Keeps a copy of the attributes. */
  public BackupRequest {
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }
}
