package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessIdentityTest {

  @Test
  void knowsThisProcessAgain() throws Exception {
    ProcessIdentity self = ProcessIdentity.current();
    assertThat(self.number()).isEqualTo(ProcessHandle.current().pid());
    assertThat(ProcessIdentity.current()).isEqualTo(self);
    assertThat(self.isAlive()).isTrue();
  }

  @Test
  void takesNoOtherProcessOfTheSameNumberForIt() throws Exception {
    ProcessIdentity self = ProcessIdentity.current();
    assertThat(new ProcessIdentity(self.number(), self.start() - 1, self.boot()).isAlive())
        .isFalse();
    assertThat(new ProcessIdentity(self.number(), self.start(), "another boot").isAlive())
        .isFalse();
  }

  @Test
  void seesThatAProcessHasEnded() throws Exception {
    Process process = new ProcessBuilder("sleep", "600").start();
    ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();
    assertThat(identity.isAlive()).isTrue();
    identity.kill();
    process.waitFor();
    assertThat(identity.isAlive()).isFalse();
    assertThat(identity.awaitEnd(0)).isTrue();
    identity.kill();
  }
}
