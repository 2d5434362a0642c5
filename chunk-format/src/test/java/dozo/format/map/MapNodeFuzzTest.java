package dozo.format.map;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dozo.format.ChunkId;
import dozo.format.DozoException;
import dozo.format.Limits;

class MapNodeFuzzTest {

  @FuzzTest
  void rejectsOrIsConsistent(byte[] bytes) {
    check(bytes);
  }

  /** Decodes bytes from anywhere; returns whether they were taken for a node. */
  static boolean check(byte[] bytes) {
    MapNode node;
    try {
      node = MapNode.decode(new ChunkId(1, 2, 3, 4), bytes);
    } catch (DozoException e) {
      assertThat(e).hasMessageContaining("map node");
      return false;
    }
    assertThat(node.entries()).isBetween(node.isLeaf() ? 0 : 1, Limits.NODE_ENTRIES);
    assertThat(node.spanBytes()).isBetween(0L, Limits.DISK_BYTES);
    long start = 0;
    long data = 0;
    for (int i = 0; i < node.entries(); i++) {
      assertThat(node.start(i)).isEqualTo(start);
      assertThat(node.length(i)).isPositive();
      assertThat(node.data(i)).isBetween(0L, node.length(i));
      assertThat(node.indexOf(start)).isEqualTo(i);
      assertThat(node.indexOf(start + node.length(i) - 1)).isEqualTo(i);
      start += node.length(i);
      data += node.data(i);
    }
    assertThat(start).isEqualTo(node.spanBytes());
    assertThat(data).isEqualTo(node.dataBytes());
    return true;
  }
}
