package dozo.format.pack;

import dozo.format.CorruptDataException;
import dozo.format.Crc32c;
import dozo.format.Fault;
import dozo.format.parity.GroupDecoder;
import dozo.format.parity.Parity;
import dozo.format.parity.ParityEncoder;
import dozo.format.parity.ParityLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Brings back a damaged pack bit for bit from its parity ({@code docs/format.md} §7.1), without any
 * key. Header, directory, trailer and parity itself are repaired like everything else.
 *
 * <p>What comes out has been checked three times: each computed shard against its checksum, all
 * parity, computed anew, against the parity records that were sound, and each record against its
 * own checksum. Either the whole pack is right, or nothing is given out.
 *
 * <p>Confined to one thread at a time. Needs memory for the parity twice and for what is damaged.
 */
public final class PackRepairer {

  private static final int READ_BYTES = 1 << 20;

  private final RangedInput input;
  private final UUID packId;
  private final ParitySearch parity;
  private final ParityLayout layout;
  private final RepairedPack repaired;

  private PackRepairer(RangedInput input, UUID packId, ParitySearch parity)
      throws CorruptDataException {
    this.input = input;
    this.packId = packId;
    this.parity = parity;
    this.layout = parity.layout();
    this.repaired = new RepairedPack(input, parity.trailer().fileLength());
  }

  /**
   * Reads the whole pack and computes what is damaged.
   *
   * @param input the pack; ranges of it that cannot be read, or are missing at its end, count as
   *     damaged. It is what the result reads too, and stays the caller's to close.
   * @param packId the pack that its name says it is
   * @throws CorruptDataException if the pack has no parity, or not enough of it is left
   * @throws dozo.format.FormatTooNewException if a newer Dozo wrote the pack
   * @throws dozo.format.ForeignFileException if its first bytes are no pack's, even after repair
   */
  public static RepairedPack repair(RangedInput input, UUID packId, UUID repositoryId)
      throws IOException {
    RangedInput forgiving = new ForgivingInput(input);
    PackRepairer repairer = new PackRepairer(forgiving, packId, ParitySearch.in(forgiving, packId));
    repairer.repairShards();
    repairer.repairTrailer();
    repairer.repairParity();
    PackCheck check = PackReader.open(repairer.repaired, packId, repositoryId).verifyChecksums();
    if (!check.isSound()) {
      Damage left = check.damages().getFirst();
      throw repairer.beyondRepair(left.offset(), left.what());
    }
    return repairer.repaired;
  }

  private void repairShards() throws IOException {
    byte[] shard = new byte[ParityLayout.SHARD_BYTES];
    for (int stripe = 0; stripe < layout.stripes(); stripe++) {
      for (int group = 0; group < ParityLayout.GROUPS; group++) {
        List<ParityRecord> left = parity.of(stripe, group);
        if (left.isEmpty()) {
          continue; // Nothing tells what is lost; the checks at the end will.
        }
        List<Integer> lost = new ArrayList<>();
        for (int row = 0; row < layout.rows(stripe); row++) {
          int number = layout.shardAt(stripe, group, row);
          if (number >= 0) {
            readShard(number, shard);
            if (Crc32c.of(shard, 0, shard.length) != left.getFirst().crc(row)) {
              lost.add(row);
            }
          }
        }
        if (lost.size() > left.size()) {
          throw beyondRepair(
              layout.offset(layout.shardAt(stripe, group, lost.getFirst())),
              lost.size() + " shards of a group are lost and " + left.size() + " of parity left");
        }
        if (!lost.isEmpty()) {
          decode(stripe, group, lost, left);
        }
      }
    }
  }

  private void decode(int stripe, int group, List<Integer> lost, List<ParityRecord> left)
      throws IOException {
    GroupDecoder decoder = new GroupDecoder();
    for (ParityRecord record : left.subList(0, lost.size())) {
      decoder.addParity(layout.parityRowOf(record.number()), record.shard(), 0);
    }
    byte[] shard = new byte[ParityLayout.SHARD_BYTES];
    for (int row = 0; row < layout.rows(stripe); row++) {
      int number = layout.shardAt(stripe, group, row);
      if (number >= 0 && !lost.contains(row)) {
        readShard(number, shard);
        decoder.addShard(row, shard);
      }
    }
    List<byte[]> computed = decoder.recover(lost.stream().mapToInt(row -> row).toArray());
    for (int i = 0; i < lost.size(); i++) {
      byte[] bytes = computed.get(i);
      int number = layout.shardAt(stripe, group, lost.get(i));
      if (Crc32c.of(bytes, 0, bytes.length) != left.getFirst().crc(lost.get(i))) {
        throw beyondRepair(layout.offset(number), "A computed shard has another checksum");
      }
      repaired.patch(layout.offset(number), Arrays.copyOf(bytes, layout.length(number)));
    }
  }

  private void repairTrailer() throws IOException {
    byte[] trailer = new byte[PackTrailer.BYTES];
    parity.trailer().write(trailer, 0);
    patchIfDifferent(parity.trailer().fileLength() - PackTrailer.BYTES, trailer);
  }

  /** Computes the parity of the repaired bytes, which must agree with all that is left of it. */
  private void repairParity() throws IOException {
    PackTrailer trailer = parity.trailer();
    Parity computed = encode();
    for (ParityRecord left : parity.all()) {
      byte[] shard = new byte[ParityLayout.SHARD_BYTES];
      computed.copyShard(left.number(), shard, 0);
      if (!Arrays.equals(shard, left.shard())) {
        throw beyondRepair(
            trailer.parityOffset() + ParityRecord.offset(layout, left.number()),
            "What was repaired has another parity");
      }
    }
    for (int number = 0; number < layout.parityShards(); number++) {
      byte[] record = new byte[ParityRecord.length(layout.rows(layout.stripeOf(number)))];
      ParityRecord.write(computed, number, trailer, record, 0);
      patchIfDifferent(trailer.parityOffset() + ParityRecord.offset(layout, number), record);
    }
  }

  private Parity encode() throws IOException {
    ParityEncoder encoder = new ParityEncoder(layout.percent());
    byte[] buffer = new byte[READ_BYTES];
    for (long at = 0; at < layout.protectedBytes(); at += buffer.length) {
      int step = (int) Math.min(buffer.length, layout.protectedBytes() - at);
      repaired.read(at, ByteBuffer.wrap(buffer, 0, step));
      encoder.add(buffer, 0, step);
    }
    return encoder.finish();
  }

  private void readShard(int number, byte[] shard) throws IOException {
    int length = layout.length(number);
    input.read(layout.offset(number), ByteBuffer.wrap(shard, 0, length));
    Arrays.fill(shard, length, shard.length, (byte) 0);
  }

  private void patchIfDifferent(long offset, byte[] right) throws IOException {
    byte[] found = new byte[right.length];
    input.read(offset, ByteBuffer.wrap(found));
    if (!Arrays.equals(found, right)) {
      repaired.patch(offset, right);
    }
  }

  private CorruptDataException beyondRepair(long offset, String why) {
    return new CorruptDataException(
        Fault.of("The pack is damaged beyond what its parity can repair")
            .in("pack " + packId)
            .at(offset)
            .actual(why));
  }
}
