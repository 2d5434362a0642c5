package dozo.client.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class QemuPlanTest {
  private static final QemuPlan.Disk DISK = new QemuPlan.Disk("/machine/peripheral/vda", "disk0");

  private static QemuPlan plan(Optional<Path> agent, int disks) {
    return new QemuPlan(
        "0123456789ab",
        Path.of("/run/web.qmp"),
        agent,
        Path.of("/var/scratch/dozo-0123456789ab"),
        "main",
        true,
        IntStream.range(0, disks).mapToObj(_ -> DISK).toList());
  }

  @Test
  void isReadAsItWasWritten() throws Exception {
    QemuPlan with = plan(Optional.of(Path.of("/run/web.agent")), 2);
    QemuPlan without = plan(Optional.empty(), 1);
    assertThat(QemuPlan.of(with.toJson())).isEqualTo(with);
    assertThat(QemuPlan.of(without.toJson())).isEqualTo(without);
  }

  @Test
  void namesAreWhatQemuTakes() {
    QemuPlan plan = plan(Optional.empty(), 256);
    List<String> names =
        Stream.of(255)
            .flatMap(i ->
                Stream.of(
                    plan.boundNode(i), plan.scratchNode(i), plan.filterNode(i), plan.accessNode(i)))
            .toList();
    assertThat(names)
        .doesNotHaveDuplicates()
        .allSatisfy(name -> assertThat(name).matches("[a-z][a-z0-9-]{1,30}"));
  }

  @Test
  void refusesAPlanThatIsNotWhole() {
    for (String member : List.of("id", "monitor", "scratch", "chain")) {
      ObjectNode json = plan(Optional.empty(), 1).toJson();
      json.remove(member);
      assertThatThrownBy(() -> QemuPlan.of(json))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(member);
    }
    ObjectNode json = plan(Optional.empty(), 1).toJson();
    json.put("id", "../../../etc");
    assertThatThrownBy(() -> QemuPlan.of(json)).isInstanceOf(IOException.class);
  }
}
