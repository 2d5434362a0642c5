package dozo.format.parity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Computes the lost shards of one group from the others: all shards that are not lost are added,
 * and as many parity shards as there are lost ones.
 *
 * <p>Confined to one thread at a time.
 */
public final class GroupDecoder {

  private final long[] sums = new long[ParityLayout.SHARD_BYTES];
  private final SortedMap<Integer, byte[]> parity = new TreeMap<>();

  /** Makes a decoder for a group of which nothing is known yet. */
  public GroupDecoder() {}

  /**
   * Adds a shard that is not lost. One that is all zeros need not be added.
   *
   * @param row its row
   * @param bytes the shard, filled up with zeros; not kept
   */
  public void addShard(int row, byte[] bytes) {
    CauchyCode.add(sums, row, bytes, 0, ParityLayout.SHARD_BYTES);
  }

  /**
   * Adds a parity shard.
   *
   * @param row its parity row; no two are the same
   * @param bytes the parity shard, from {@code offset} on; not kept
   */
  public void addParity(int row, byte[] bytes, int offset) {
    parity.put(row, Arrays.copyOfRange(bytes, offset, offset + ParityLayout.SHARD_BYTES));
  }

  /**
   * Computes what is lost.
   *
   * @param lostRows the rows of the lost shards, all different
   * @return the shards in the order of the rows, as right as what was added
   * @throws IllegalArgumentException if fewer parity shards were added than are lost
   */
  public List<byte[]> recover(int[] lostRows) {
    int lost = lostRows.length;
    if (lost > parity.size()) {
      throw new IllegalArgumentException(
          lost + " shards cannot be computed from " + parity.size() + " parity shards");
    }
    List<Map.Entry<Integer, byte[]>> used = parity.entrySet().stream().limit(lost).toList();
    int[][] matrix = new int[lost][lost];
    for (int i = 0; i < lost; i++) {
      for (int j = 0; j < lost; j++) {
        matrix[i][j] = CauchyCode.coefficient(used.get(i).getKey(), lostRows[j]);
      }
    }
    int[][] inverse = GaloisField.invert(matrix);
    List<byte[]> recovered = new ArrayList<>();
    for (int j = 0; j < lost; j++) {
      recovered.add(new byte[ParityLayout.SHARD_BYTES]);
    }
    byte[] remainder = new byte[ParityLayout.SHARD_BYTES];
    for (int i = 0; i < lost; i++) {
      CauchyCode.extract(sums, used.get(i).getKey(), remainder);
      byte[] stored = used.get(i).getValue();
      for (int place = 0; place < remainder.length; place++) {
        remainder[place] ^= stored[place];
      }
      for (int j = 0; j < lost; j++) {
        addProduct(recovered.get(j), remainder, inverse[j][i]);
      }
    }
    return recovered;
  }

  private static void addProduct(byte[] target, byte[] bytes, int factor) {
    byte[] products = new byte[256];
    for (int value = 0; value < products.length; value++) {
      products[value] = (byte) GaloisField.multiply(factor, value);
    }
    for (int i = 0; i < target.length; i++) {
      target[i] ^= products[bytes[i] & 0xff];
    }
  }
}
