package dozo.mount.fuse;

import static dozo.mount.fuse.RequestGate.Wait.DATA;
import static dozo.mount.fuse.RequestGate.Wait.NAME;
import static dozo.mount.fuse.RequestGate.Wait.NOTHING;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Test;

final class RequestGateTest {
  private static final Pointer READ = request(15);
  private static final Pointer LOOKUP = request(1);

  private static Pointer request(int operation) {
    Pointer memory = Memory.allocateDirect(Runtime.getSystemRuntime(), 80);
    memory.putInt(0, 80);
    memory.putInt(4, operation);
    return memory;
  }

  private static boolean read(RequestGate gate) {
    return gate.enterOrPark(READ, 80, DATA);
  }

  private static boolean lookUp(RequestGate gate) {
    return gate.enterOrPark(LOOKUP, 80, NAME);
  }

  @Test
  void parksACopyWhenNoThreadIsLeftForData() {
    RequestGate gate = new RequestGate(4);
    Pointer read = request(15);
    assertThat(gate.enterOrPark(read, 80, DATA)).isTrue();
    assertThat(gate.enterOrPark(read, 80, DATA)).isTrue();
    read.putInt(40, 1234);
    assertThat(gate.enterOrPark(read, 80, DATA)).isFalse();
    read.putInt(40, 0);
    RequestGate.Parked parked = requireNonNull(gate.next(DATA));
    assertThat(parked.length()).isEqualTo(80);
    assertThat(parked.kind()).isEqualTo(DATA);
    assertThat(parked.memory().getInt(40)).isEqualTo(1234);
    assertThat(gate.next(DATA)).isNull();
    assertThat(gate.enterOrPark(read, 80, DATA)).isTrue();
  }

  @Test
  void findsNamesWhileEveryReadHangs() {
    RequestGate gate = new RequestGate(4);
    while (read(gate)) {
      // All of them hang.
    }
    assertThat(lookUp(gate)).isTrue();
    assertThat(lookUp(gate)).as("one thread is the root's").isFalse();
    assertThat(requireNonNull(gate.next(NAME)).kind()).isEqualTo(NAME);
    assertThat(gate.next(NAME)).as("data waits for data").isNull();
    assertThat(requireNonNull(gate.next(DATA)).kind()).isEqualTo(DATA);
  }

  @Test
  void readsWhenTheLastNameIsFound() {
    RequestGate gate = new RequestGate(3);
    assertThat(lookUp(gate)).isTrue();
    assertThat(lookUp(gate)).isTrue();
    assertThat(read(gate)).isFalse();
    assertThat(requireNonNull(gate.next(NAME)).kind()).isEqualTo(DATA);
    assertThat(gate.next(NAME)).isNull();
    assertThat(gate.next(DATA)).isNull();
  }

  @Test
  void givesTheReserveUpRatherThanParkWithoutEnd() {
    RequestGate gate = new RequestGate(2);
    assertThat(read(gate)).isTrue();
    for (int i = 0; i < RequestGate.MAX_PARKED; i++) {
      assertThat(read(gate)).isFalse();
    }
    assertThat(read(gate)).isTrue();
    assertThat(gate.next(DATA)).as("one too many runs").isNull();
    assertThat(gate.next(DATA)).isNotNull();
  }

  @Test
  void knowsWhatMayWaitForABackEnd() {
    assertThat(RequestGate.waitOf(request(14))).isEqualTo(DATA);
    assertThat(RequestGate.waitOf(READ)).isEqualTo(DATA);
    assertThat(RequestGate.waitOf(request(16))).isEqualTo(DATA);
    assertThat(RequestGate.waitOf(request(20))).isEqualTo(DATA);
    assertThat(RequestGate.waitOf(LOOKUP)).isEqualTo(NAME);
    assertThat(RequestGate.waitOf(request(27))).isEqualTo(NOTHING);
  }

  @Test
  void letsTheRootBeLookedAtInAnyCase() {
    Pointer attributes = request(3);
    attributes.putLong(16, 7);
    assertThat(RequestGate.waitOf(attributes)).isEqualTo(NAME);
    attributes.putLong(16, 1);
    assertThat(RequestGate.waitOf(attributes)).isEqualTo(NOTHING);
  }
}
