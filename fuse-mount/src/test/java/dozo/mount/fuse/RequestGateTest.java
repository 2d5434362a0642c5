package dozo.mount.fuse;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Test;

final class RequestGateTest {
  private static Pointer request(int operation) {
    Pointer memory = Memory.allocateDirect(Runtime.getSystemRuntime(), 80);
    memory.putInt(0, 80);
    memory.putInt(4, operation);
    return memory;
  }

  @Test
  void parksACopyWhenOnlyOneThreadIsFree() {
    RequestGate gate = new RequestGate(3);
    Pointer read = request(15);
    assertThat(gate.enterOrPark(read, 80)).isTrue();
    assertThat(gate.enterOrPark(read, 80)).isTrue();
    read.putInt(40, 1234);
    assertThat(gate.enterOrPark(read, 80)).isFalse();
    read.putInt(40, 0);
    RequestGate.Parked parked = requireNonNull(gate.next());
    assertThat(parked.length()).isEqualTo(80);
    assertThat(parked.memory().getInt(40)).isEqualTo(1234);
    assertThat(gate.next()).isNull();
    assertThat(gate.enterOrPark(read, 80)).isTrue();
  }

  @Test
  void givesTheReserveUpRatherThanParkWithoutEnd() {
    RequestGate gate = new RequestGate(2);
    Pointer read = request(15);
    assertThat(gate.enterOrPark(read, 80)).isTrue();
    for (int i = 0; i < RequestGate.MAX_PARKED; i++) {
      assertThat(gate.enterOrPark(read, 80)).isFalse();
    }
    assertThat(gate.enterOrPark(read, 80)).isTrue();
  }

  @Test
  void knowsWhatMayWaitForABackEnd() {
    assertThat(RequestGate.mayWait(request(14))).isTrue();
    assertThat(RequestGate.mayWait(request(15))).isTrue();
    assertThat(RequestGate.mayWait(request(16))).isTrue();
    assertThat(RequestGate.mayWait(request(20))).isTrue();
    assertThat(RequestGate.mayWait(request(1))).isTrue();
    assertThat(RequestGate.mayWait(request(27))).isFalse();
  }

  @Test
  void letsTheRootBeLookedAtInAnyCase() {
    Pointer attributes = request(3);
    attributes.putLong(16, 7);
    assertThat(RequestGate.mayWait(attributes)).isTrue();
    attributes.putLong(16, 1);
    assertThat(RequestGate.mayWait(attributes)).isFalse();
  }
}
