package dozo.server.channel;

import java.time.Duration;

/**
 * How long a far end is waited for.
 *
 * @param connect until there is a connection
 * @param answer until it answers; a mail server, each time
 */
record Patience(Duration connect, Duration answer) {

  static final Patience USUAL = new Patience(Duration.ofSeconds(10), Duration.ofSeconds(20));
}
