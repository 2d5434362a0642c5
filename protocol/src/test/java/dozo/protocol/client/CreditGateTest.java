package dozo.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.protocol.Protocol;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CreditGateTest {

  private static final int KIB = 1 << 10;

  private interface Taking {
    void run() throws IOException;
  }

  /** A taker that has begun to wait or has gone on. */
  private static final class Taker {

    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Thread thread;

    Taker(Taking taking) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try {
                  taking.run();
                  done.complete(null);
                } catch (IOException e) {
                  done.completeExceptionally(e);
                }
              });
    }

    void expectToWait() {
      await().until(() -> thread.getState() == Thread.State.WAITING);
      assertThat(done).isNotDone();
    }

    void expectToGoOn() {
      done.join();
    }
  }

  @Test
  void leavesAnnouncementsTheirShare() throws IOException {
    CreditGate gate = new CreditGate(1024 * KIB);
    gate.takeForWanted(500 * KIB);
    gate.takeForWanted(396 * KIB);
    Taker wanted = new Taker(() -> gate.takeForWanted(4 * KIB));
    wanted.expectToWait();
    gate.takeForRuns(64 * KIB);
    gate.takeForRuns(64 * KIB);
    wanted.expectToWait();
    gate.give(4 * KIB);
    wanted.expectToGoOn();
  }

  @Test
  void boundsWhatAnnouncementsHold() throws IOException {
    CreditGate gate = new CreditGate(1024 * KIB);
    gate.takeForRuns(128 * KIB);
    Taker runs = new Taker(() -> gate.takeForRuns(4 * KIB));
    runs.expectToWait();
    gate.takeForWanted(512 * KIB);
    gate.takeForWanted(384 * KIB);
    gate.settleRuns(4 * KIB);
    runs.expectToWait();
    gate.give(4 * KIB);
    runs.expectToGoOn();
  }

  @Test
  void needsNoMoreThanAServerGivesForCertain() throws IOException {
    CreditGate gate = new CreditGate(160 * KIB);
    gate.takeForWanted(80 * KIB);
    // The server may keep back what it owes while half the window is left.
    gate.takeForWanted(80 * KIB);
    gate.give(160 * KIB);
    gate.takeForRuns(20 * KIB);
    gate.takeForWanted(80 * KIB);
  }

  @Test
  void tellsWhoeverWaitsWhyNothingCanBeSent() {
    CreditGate gate = new CreditGate(64 * KIB);
    Taker data = new Taker(() -> gate.takeForWanted(65 * KIB));
    data.expectToWait();
    gate.fail(new IOException("gone"));
    assertThatThrownBy(data::expectToGoOn).hasRootCauseMessage("gone");
    assertThatThrownBy(() -> gate.takeForRuns(1)).hasMessage("gone");
  }

  /**
   * Two threads, and a server that gives credit back as docs/protocol.md allows it at the latest.
   */
  @ParameterizedTest
  @ValueSource(longs = {64, 136, 210, 1024, 32768})
  void neverStandsStill(long windowKib) throws IOException {
    long window = windowKib * KIB;
    CreditGate gate = new CreditGate(window);
    Server server = new Server(gate, window);
    int runs = (int) Math.min(gate.runsShareBytes() / Protocol.RUN_COST_BYTES, 1_024);
    int rounds = 2_000;
    Taker announcing =
        new Taker(() -> {
          for (int i = 0; i < rounds; i++) {
            gate.takeForRuns(Protocol.runsCost(runs));
            server.announced(runs);
          }
        });
    Random random = new Random(windowKib);
    for (int i = 0; i < rounds; i++) {
      server.awaitJudged();
      int cost = 4 * KIB + random.nextInt((int) Math.min(window / 2, 1024 * KIB) - 4 * KIB + 1);
      for (int sent = 0; sent < runs; sent += runs / 2 + 1) {
        gate.takeForWanted(cost);
        server.sent(cost);
      }
      gate.settleRuns((long) Protocol.RUN_COST_BYTES * runs);
      server.settled((long) Protocol.RUN_COST_BYTES * runs);
    }
    announcing.expectToGoOn();
  }

  /** Wants everything, and gives back when it must. */
  private static final class Server {

    private final CreditGate gate;
    private final long window;
    private long left;
    private long owed;
    private int judged;

    Server(CreditGate gate, long window) {
      this.gate = gate;
      this.window = window;
      this.left = window;
    }

    synchronized void announced(int runs) {
      left -= Protocol.runsCost(runs);
      assertThat(left).isNotNegative();
      long returned = Protocol.runsCost(runs) - (long) Protocol.RUN_COST_BYTES * runs;
      gate.settleRuns(returned);
      giveBack(returned);
      judged++;
      notifyAll();
    }

    synchronized void awaitJudged() {
      while (judged == 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
      judged--;
    }

    synchronized void sent(int cost) {
      left -= cost;
      assertThat(left).isNotNegative();
      giveBack(cost);
    }

    synchronized void settled(long cost) {
      giveBack(cost);
    }

    private void giveBack(long cost) {
      owed += cost;
      if (left < window / 2) {
        left += owed;
        gate.give(owed);
        owed = 0;
      }
    }
  }
}
