package dozo.cli.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dozo.cli.console.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of the log as one JSON object. What a message names as {@code key={}} becomes a member of
 * its own, so that a session, a request or a token can be searched for without taking texts apart.
 *
 * <p>Logback's own JsonEncoder has the message's arguments as a list without their names only.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {

  private static final Pattern KEY = Pattern.compile("([A-Za-z][A-Za-z0-9]*)=\"?(\\{\\})|(\\{\\})");
  private static final Set<String> OWN =
      Set.of("time", "level", "logger", "thread", "message", "error");

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    String line =
        Json.object(json -> {
          json.put("time", event.getInstant().toString())
              .put("level", event.getLevel().toString())
              .put("logger", event.getLoggerName())
              .put("thread", event.getThreadName())
              .put("message", event.getFormattedMessage());
          members(event).forEach(json::put);
          if (event.getThrowableProxy() != null) {
            json.put("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
          }
        });
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** What the message and its surroundings name. */
  private static Map<String, String> members(ILoggingEvent event) {
    Map<String, String> members = new LinkedHashMap<>(event.getMDCPropertyMap());
    Object[] arguments = event.getArgumentArray();
    if (arguments != null && event.getMessage() != null) {
      Matcher keys = KEY.matcher(event.getMessage());
      for (int i = 0; i < arguments.length && keys.find(); i++) {
        String key = keys.group(1);
        if (key != null) {
          members.put(key, String.valueOf(arguments[i]));
        }
      }
    }
    members.keySet().removeAll(OWN);
    return members;
  }
}
