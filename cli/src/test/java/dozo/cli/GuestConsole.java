package dozo.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The console of an {@link AgentGuest}: what it says is kept, what is typed is executed. */
class GuestConsole {
  static final int PATIENCE_SECONDS = 180;

  private final Writer keyboard;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final List<String> lines = new ArrayList<>();

  /**
   * Begins to listen.
   *
   * @param screen what the guest says
   * @param keyboard what it reads
   */
  GuestConsole(BufferedReader screen, Writer keyboard) {
    this.keyboard = keyboard;
    Thread.ofVirtual().start(() -> listen(screen));
  }

  private void listen(BufferedReader screen) {
    try (BufferedReader console = screen) {
      for (String line = console.readLine(); line != null; line = console.readLine()) {
        lock.lock();
        try {
          lines.add(line);
          more.signalAll();
        } finally {
          lock.unlock();
        }
      }
    } catch (IOException e) {
      // It ended; who waits for something finds out.
    }
  }

  /** Waits for a line with that word, from now or before, and returns what follows it. */
  String await(String word) throws InterruptedException {
    return awaitFrom(0, word);
  }

  /** Waits for a new line with that word. */
  String awaitNew(String word) throws InterruptedException {
    return awaitFrom(said(), word);
  }

  private int said() {
    lock.lock();
    try {
      return lines.size();
    } finally {
      lock.unlock();
    }
  }

  private String awaitFrom(int from, String word) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      int at = from;
      while (true) {
        for (; at < lines.size(); at++) {
          int found = lines.get(at).indexOf(word);
          if (found >= 0) {
            return lines.get(at).substring(found + word.length()).strip();
          }
        }
        if (left <= 0) {
          throw new AssertionError("The guest never said " + word + " but\n" + lines);
        }
        left = more.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The number of the last write that the guest has synced. */
  long synced() {
    return Long.parseLong(last("DOZO-SYNCED"));
  }

  /** Whether the guest ever met an error. */
  boolean metError() {
    return !last("DOZO-ERROR").equals("0");
  }

  private String last(String word) {
    lock.lock();
    try {
      for (String line : lines.reversed()) {
        int at = line.indexOf(word);
        if (at >= 0 && !line.contains("echo")) {
          return line.substring(at + word.length()).strip();
        }
      }
      return "0";
    } finally {
      lock.unlock();
    }
  }

  /** Types a command, and waits until it has been executed. */
  void type(String command) throws Exception {
    String mark = "DONE" + System.nanoTime();
    keyboard.write(command + "; echo $((1))-" + mark + "\n");
    keyboard.flush();
    await("1-" + mark);
  }
}
