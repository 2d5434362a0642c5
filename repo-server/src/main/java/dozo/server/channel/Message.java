package dozo.server.channel;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a channel sends in one go.
 *
 * @param id the same however often it is sent, so that who gets it twice can tell
 * @param created when it was put together
 * @param server what the server is called
 * @param repository the id of its repository
 * @param events what has happened, the oldest first; at least one
 * @param dropped how many events there were besides that will never be told of
 */
public record Message(
    UUID id, Instant created, String server, UUID repository, List<Event> events, long dropped) {

  private static final int MAXIMUM_SERVER = 64;

  /** Keeps a copy. */
  public Message {
    if (events.isEmpty()) {
      throw new IllegalArgumentException("A message tells of something");
    }
    server = PlainText.of(server, MAXIMUM_SERVER);
    events = List.copyOf(events);
  }

  /** One line of it all. */
  public String subject() {
    int more = events.size() - 1;
    return "[Dozo %s] %s%s"
        .formatted(
            server, events.getFirst().title(), more == 0 ? "" : ", and %d more".formatted(more));
  }

  /** All of it, for people. */
  public String text() {
    StringBuilder text = new StringBuilder(256 * events.size());
    for (Event event : events) {
      text.append(event.title())
          .append('\n')
          .append(event.text())
          .append('\n')
          .append(event.time())
          .append("\n\n");
    }
    if (dropped > 0) {
      text.append(
          "%d more events were dropped, because too many waited to be sent or for too long.\n"
              .formatted(dropped));
      text.append("The server's page and log have what they were about.\n\n");
    }
    return text.append("-- \nDozo on ")
        .append(server)
        .append(", repository ")
        .append(repository)
        .append('\n')
        .toString();
  }
}
