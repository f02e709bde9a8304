/** Stands for one charge; several charges with the same least room since then share one. */
export interface HeadroomMark {
  // What this group's least room is above that of the group before it.
  above: number;
  expiry: number;
  charges: number;
  before: HeadroomMark | undefined;
  after: HeadroomMark | undefined;
  // Set when it has become one with a later group.
  joined: HeadroomMark | undefined;
}

/**
 * Remembers the least room that a bucket had since each charge that may still be given back.
 *
 * Later charges have seen a subset of what earlier ones saw, so the minima only rise from group to group. Room is
 * least just before a charge; groups whose minimum is above that become one. Each keeps its distance to the group
 * before it: giving back takes from a group and all later ones, and that is one subtraction.
 */
export class Headroom {
  #oldest: HeadroomMark | undefined;
  #newest: HeadroomMark | undefined;
  #newestLeast = 0;

  /** The room at this moment. */
  see(now: number, room: number): void {
    while (this.#oldest !== undefined && now >= this.#oldest.expiry) this.#remove(this.#oldest);
    let group = this.#newest;
    if (group === undefined || this.#newestLeast < room) return;
    for (let before = group.before; before !== undefined; before = group.before) {
      const leastBefore = this.#newestLeast - group.above;
      if (leastBefore < room) break;
      this.#join(before, group);
      group = this.#newest as HeadroomMark;
    }
    group.above -= this.#newestLeast - room;
    this.#newestLeast = room;
  }

  /** A charge was made, with so much room right after it; its chance to come back ends at `expiry`. */
  mark(expiry: number, room: number): HeadroomMark {
    const before = this.#newest;
    const above = before === undefined ? room : room - this.#newestLeast;
    const group = { above, expiry, charges: 1, before, after: undefined, joined: undefined };
    if (before === undefined) this.#oldest = group;
    else before.after = group;
    this.#newest = group;
    this.#newestLeast = room;
    return group;
  }

  /** The least room since a charge. */
  since(mark: HeadroomMark): number {
    const group = groupOf(mark);
    let least = 0;
    for (let at = this.#oldest; at !== undefined; at = at.after) {
      least += at.above;
      if (at === group) return least;
    }
    return 0;
  }

  /** So much of the room since a charge has been given back. */
  use(mark: HeadroomMark, amount: number): void {
    const group = groupOf(mark);
    group.above -= amount;
    this.#newestLeast -= amount;
    // It may now have had less room than those before it: they are one from here on.
    for (let before = group.before; before !== undefined && group.above <= 0; before = group.before) {
      group.above += before.above;
      this.#absorb(before, group);
    }
  }

  /** A charge will not come back. */
  forget(mark: HeadroomMark): void {
    const group = groupOf(mark);
    group.charges -= 1;
    if (group.charges === 0) this.#remove(group);
  }

  /** Makes the last two groups one, with the least of the earlier. */
  #join(before: HeadroomMark, group: HeadroomMark): void {
    this.#newestLeast -= group.above;
    group.above = before.above;
    this.#absorb(before, group);
  }

  #absorb(before: HeadroomMark, group: HeadroomMark): void {
    before.joined = group;
    group.charges += before.charges;
    group.before = before.before;
    if (before.before === undefined) this.#oldest = group;
    else before.before.after = group;
  }

  #remove(group: HeadroomMark): void {
    const { before, after } = group;
    if (group.joined !== undefined || (before === undefined && after === undefined && this.#oldest !== group))
      return;
    if (before === undefined) this.#oldest = after;
    else before.after = after;
    if (after === undefined) {
      this.#newest = before;
      this.#newestLeast = before === undefined ? 0 : this.#newestLeast - group.above;
    } else {
      after.before = before;
      after.above += group.above;
    }
    group.before = undefined;
    group.after = undefined;
  }
}

function groupOf(mark: HeadroomMark): HeadroomMark {
  let group = mark;
  while (group.joined !== undefined) {
    // Halves the way for whoever comes next.
    if (group.joined.joined !== undefined) group.joined = group.joined.joined;
    group = group.joined;
  }
  return group;
}
