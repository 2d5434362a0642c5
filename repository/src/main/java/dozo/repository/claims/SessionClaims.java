package dozo.repository.claims;

import org.roaringbitmap.RoaringBitmap;

/**
 * The packs that one session relies on, until it ends.
 *
 * <p>Safe for use by several threads.
 */
public final class SessionClaims {

  private final ClaimLedger ledger;
  private final RoaringBitmap packs = new RoaringBitmap();

  SessionClaims(ClaimLedger ledger) {
    this.ledger = ledger;
  }

  /**
   * Claims a pack before the session relies on what it found there.
   *
   * @return false if the pack is condemned: what is in it counts as not stored
   */
  public boolean claim(int pack) {
    return has(pack) || ledger.claim(this, pack);
  }

  /** Claims a pack that is just being published. For use inside {@link ClaimLedger#shielded}. */
  public void claimNew(int pack) {
    add(pack);
  }

  /** Ends the claims: the session's restore point can be seen by now, or there will be none. */
  public void end() {
    ledger.end(this);
  }

  synchronized void add(int pack) {
    packs.add(pack);
  }

  synchronized void addTo(RoaringBitmap all) {
    all.or(packs);
  }

  private synchronized boolean has(int pack) {
    return packs.contains(pack);
  }
}
