package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.format.manifest.RestorePoint;
import dozo.protocol.LeaseSummary;
import dozo.protocol.Protocol;
import dozo.protocol.VmSummary;
import dozo.protocol.message.LeaseMessage.Leases;
import dozo.protocol.message.ListingMessage.ListRestorePoints;
import dozo.protocol.message.ListingMessage.RestorePoints;
import dozo.protocol.message.ListingMessage.Vms;
import dozo.protocol.message.Message;
import dozo.server.auth.Principal;
import dozo.server.lease.LeaseStore;
import dozo.server.listing.RestorePointQuery;
import dozo.server.listing.VisibleRestorePoints;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Sends a listing, one frame a step, so that a slow client is not sent all of it at once. */
final class ListingJob<T> implements Job {

  /** By rough estimates of what an entry takes; far enough from the bound of a frame. */
  private static final int FRAME_BYTES = 256 << 10;

  private static final int BYTES_OF_MEMBERS = 500;
  private static final int BYTES_OF_ENTRY = 400;
  private static final int BYTES_A_CHARACTER = 3;

  private final Replies replies;
  private final int request;
  private final Supplier<List<T>> lookUp;
  private final ToIntFunction<T> estimate;
  private final BiFunction<List<T>, Boolean, Message> message;
  private @Nullable List<T> entries;
  private int next;

  private ListingJob(
      Replies replies,
      int request,
      Supplier<List<T>> lookUp,
      ToIntFunction<T> estimate,
      BiFunction<List<T>, Boolean, Message> message) {
    this.replies = replies;
    this.request = request;
    this.lookUp = lookUp;
    this.estimate = estimate;
    this.message = message;
  }

  static Job vms(Replies replies, int request, VisibleRestorePoints points, Principal principal) {
    return new ListingJob<VmSummary>(
        replies,
        request,
        () -> points.vms(principal),
        vm -> BYTES_OF_MEMBERS + BYTES_A_CHARACTER * (vm.name().length() + vm.host().length()),
        Vms::new);
  }

  static Job leases(Replies replies, int request, LeaseStore leases, Principal principal) {
    return new ListingJob<LeaseSummary>(
        replies,
        request,
        () -> leases.list(principal.scope()),
        lease ->
            BYTES_OF_MEMBERS
                + BYTES_A_CHARACTER
                    * (lease.object().length()
                        + lease.vm().name().length()
                        + lease.vm().host().length()),
        Leases::new);
  }

  static Job restorePoints(
      Replies replies,
      int request,
      VisibleRestorePoints points,
      Principal principal,
      ListRestorePoints question) {
    return new ListingJob<RestorePoint>(
        replies,
        request,
        () -> points.list(principal, query(question)),
        ListingJob::estimate,
        RestorePoints::new);
  }

  private static RestorePointQuery query(ListRestorePoints question) {
    Integer limit = question.limit();
    return new RestorePointQuery(
        Optional.ofNullable(question.namespace()),
        Optional.ofNullable(question.vm()),
        Optional.ofNullable(question.after()),
        limit == null ? Protocol.DEFAULT_LISTED : limit);
  }

  private static int estimate(RestorePoint point) {
    int characters =
        point.attributes().entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
                .sum()
            + point.disks().stream().mapToInt(disk -> disk.name().length()).sum()
            + point.files().stream().mapToInt(file -> file.name().length()).sum()
            + point.consistency().reason().length();
    int listed =
        point.disks().size() + point.files().size() + 2 * point.consistency().writers().size();
    return 2 * BYTES_OF_MEMBERS + BYTES_OF_ENTRY * listed + BYTES_A_CHARACTER * characters;
  }

  @Override
  public boolean step() {
    List<T> all = entries == null ? lookUp.get() : entries;
    entries = all;
    int end = next;
    int bytes = 0;
    while (end < all.size()
        && (end == next || bytes + estimate.applyAsInt(all.get(end)) <= FRAME_BYTES)) {
      bytes += estimate.applyAsInt(all.get(end));
      end++;
    }
    boolean more = end < all.size();
    replies.send(request, message.apply(all.subList(next, end), more));
    next = end;
    return more;
  }

  @Override
  public void fail(Throwable cause) {
    replies.fail(request, Failures.of(cause));
  }

  @Override
  public void refuse(ErrorCode code, String text) {
    replies.fail(request, Failures.failure(code, text));
  }
}
