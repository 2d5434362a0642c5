package dozo.repository.ingest;

import dozo.format.manifest.VmRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Sessions that become restore points together or not at all, because their VMs were frozen
 * together. Commits wait until all members have asked for theirs; if one member ends otherwise, all
 * do.
 *
 * <p>Safe for use by several threads. No session's lock is taken while its own is held.
 */
public final class CommitGroup {

  /** The most members of a group. */
  public static final int MAXIMUM_MEMBERS = 256;

  private enum State {
    WAITING,
    PUBLISHING,
    BROKEN
  }

  private final UUID id;
  private final int size;
  private final List<VmRef> vms = new ArrayList<>();
  private final List<OpenSession> members = new ArrayList<>();
  private final Set<OpenSession> ready = Collections.newSetFromMap(new IdentityHashMap<>());
  private State state = State.WAITING;

  /**
   * A group without members yet.
   *
   * @param id told in each of its restore points, as the attribute {@code group}
   * @param size how many members it will have, 2 to {@link #MAXIMUM_MEMBERS}
   */
  public CommitGroup(UUID id, int size) {
    if (size < 2 || size > MAXIMUM_MEMBERS) {
      throw new IllegalArgumentException("A group has 2 to 256 members, not " + size);
    }
    this.id = id;
    this.size = size;
  }

  /** Its id. */
  public UUID id() {
    return id;
  }

  /** How many members it will have. */
  public int size() {
    return size;
  }

  /** Whether nobody can join it any more. */
  public synchronized boolean isClosed() {
    return state != State.WAITING || vms.size() == size;
  }

  /**
   * Holds a place for a VM.
   *
   * @throws GroupBrokenException if one of the others has ended already
   * @throws IllegalArgumentException if it has all its members, or has that VM
   */
  synchronized void admit(VmRef vm) throws GroupBrokenException {
    if (state == State.BROKEN) {
      throw new GroupBrokenException(id);
    }
    if (vms.size() == size) {
      throw new IllegalArgumentException("Group " + id + " has all its " + size + " members");
    }
    if (vms.stream().anyMatch(vm::isSameVm)) {
      throw new IllegalArgumentException("Group " + id + " has VM " + vm.id() + " already");
    }
    vms.add(vm);
  }

  /** Takes the session for which a place was held. Returns false if the group is broken. */
  synchronized boolean join(OpenSession session) {
    return state != State.BROKEN && members.add(session);
  }

  /**
   * Everything that a member's restore point needs is on stable storage.
   *
   * @return all members, which are to be published now, if it was the last that was waited for
   */
  synchronized List<OpenSession> ready(OpenSession session) {
    ready.add(session);
    if (state != State.WAITING || ready.size() < size) {
      return List.of();
    }
    state = State.PUBLISHING;
    return List.copyOf(members);
  }

  /** Gives the group up, unless it is being published. Returns whether it is given up. */
  synchronized boolean withdraw() {
    if (state == State.PUBLISHING) {
      return false;
    }
    state = State.BROKEN;
    return true;
  }

  /**
   * One of the members has ended.
   *
   * @return all of them, if they cannot become restore points any more and were not told
   */
  synchronized List<OpenSession> breakUp() {
    if (!withdraw()) {
      return List.of();
    }
    List<OpenSession> told = List.copyOf(members);
    members.clear();
    return told;
  }
}
