package dozo.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/**
 * Sets up Logback without a file, which it would have to look for and parse at every start. Logback
 * finds this class as a service when the first logger is asked for.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {

  private static final String HUMAN = "%d{HH:mm:ss.SSS} %-5level %msg%n";
  private static final String LOGFMT =
      "time=%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} level=%level thread=\"%thread\" logger=%logger{0}"
          + " %msg%replace( request=%X{request}){' request=$', ''}%n";

  private static final String OURS = "dozo";

  private static volatile Level level = Level.WARN;
  private static volatile LogFormat format = LogFormat.HUMAN;

  /** Made by Logback. */
  public LogSetup() {}

  /**
   * Chooses what is logged and how. Has an effect only before the first line is logged.
   *
   * @param events whether to log what happens, and not only what goes wrong
   * @param debug whether to log what only a developer wants to know
   */
  public static void choose(boolean events, boolean debug, LogFormat chosen) {
    level = debug ? Level.DEBUG : events ? Level.INFO : Level.WARN;
    format = chosen;
  }

  /** Changes what is logged from now on; how, stays. */
  public static void change(boolean debug) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger(OURS).setLevel(debug ? Level.DEBUG : Level.INFO);
    }
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context));
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    // Libraries are heard when something is wrong; their debug lines would drown ours.
    root.setLevel(Level.WARN);
    context.getLogger(OURS).setLevel(level);
    root.addAppender(appender);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
    if (format == LogFormat.JSON) {
      JsonLines encoder = new JsonLines();
      encoder.setContext(context);
      encoder.start();
      return encoder;
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(format == LogFormat.HUMAN ? HUMAN : LOGFMT);
    encoder.start();
    return encoder;
  }
}
