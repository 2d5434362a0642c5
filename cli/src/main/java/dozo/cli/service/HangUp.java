package dozo.cli.service;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signal SIGHUP, by which services are told to read their configuration again.
 *
 * <p>Java has no public class for signals. {@code sun.misc.Signal} is in a module that is exported
 * for want of a replacement; javac warns of every use of it, and no annotation silences that, so it
 * is found by its name.
 */
public final class HangUp {

  private static final Logger log = LoggerFactory.getLogger(HangUp.class);

  private HangUp() {}

  /**
   * Runs something at every SIGHUP from now on, in place of the end of the process that it is
   * otherwise. A process that was started with the signal ignored goes on to ignore it.
   *
   * @param work runs on a thread of its own; what it throws is logged
   */
  public static void answer(Runnable work) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object answering =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  run(work);
                  return null;
                }
                return method.invoke(work, arguments);
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), answering);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      log.warn("SIGHUP cannot be answered; a change of the configuration takes a restart", e);
    }
  }

  private static void run(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      log.error("What SIGHUP asked for failed", e);
    }
  }
}
