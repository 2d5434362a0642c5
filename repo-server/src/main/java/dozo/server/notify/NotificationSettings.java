package dozo.server.notify;

import dozo.server.channel.ChannelSettings;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * Whom to tell, and how often.
 *
 * @param server what the server is called in what it tells
 * @param channels by which ways, each by its own name
 * @param group how long an event waits for others to be told with it
 * @param repeat after which time a warning that still holds is told of again; zero for never
 * @param summaryAt when in the day it is told how it stands, if it is
 * @param zone whose clock that is
 */
public record NotificationSettings(
    String server,
    List<ChannelSettings> channels,
    Duration group,
    Duration repeat,
    Optional<LocalTime> summaryAt,
    ZoneId zone) {

  /** So many channels at the most. */
  public static final int MAXIMUM_CHANNELS = 16;

  /** How long events wait for others unless told otherwise. */
  public static final Duration USUAL_GROUP = Duration.ofMinutes(1);

  /** When warnings are repeated unless told otherwise. */
  public static final Duration USUAL_REPEAT = Duration.ofDays(1);

  /** Nobody is told anything. */
  public static final NotificationSettings NONE =
      new NotificationSettings(
          "dozo", List.of(), USUAL_GROUP, USUAL_REPEAT, Optional.empty(), ZoneId.systemDefault());

  /** Refuses channels of the same name. */
  public NotificationSettings {
    long names = channels.stream().map(ChannelSettings::name).distinct().count();
    if (names < channels.size() || channels.size() > MAXIMUM_CHANNELS) {
      throw new IllegalArgumentException(
          "Channels are " + MAXIMUM_CHANNELS + " at the most, each with a name of its own");
    }
    if (group.isNegative() || repeat.isNegative()) {
      throw new IllegalArgumentException("Times are not negative: " + group + ", " + repeat);
    }
    channels = List.copyOf(channels);
  }
}
