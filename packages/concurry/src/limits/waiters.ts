import type { Grant, Hold } from "./grant.ts";
import type { LimitState } from "./limit-state.ts";
import type { KeyGroup, Place } from "./wait.ts";

// More than there are: −8 … 8.
const PRIORITIES = 32;

/** All who wait at one arbiter. */
export class Waiters {
  /** Never empty ones; by priority, then by the arrival of their first. */
  readonly groups: KeyGroup[] = [];
  size = 0;
  readonly #byId: Map<string | number, KeyGroup> = new Map();

  /** Adds a place behind those of its group; returns whether it is the first there. */
  add(place: Place, priority: number): boolean {
    const group = this.#groupOf(place.grant, priority);
    place.group = group;
    place.before = group.last;
    if (group.last === undefined) group.first = place;
    else group.last.after = place;
    group.last = place;
    this.size += 1;
    for (const state of group.states) state.waiting += 1;
    return group.first === place;
  }

  /** Takes a place out. */
  remove(place: Place): void {
    const { group, before, after } = place;
    if (group === undefined) return;
    place.group = undefined;
    if (before === undefined) group.first = after;
    else before.after = after;
    if (after === undefined) group.last = before;
    else after.before = before;
    this.size -= 1;
    for (const state of group.states) state.waiting -= 1;
    if (before !== undefined) return;
    group.readyAt = 0;
    this.#sortIn(group);
  }

  /** Whether someone who comes before a new request of this priority waits for one of its limits. */
  blocks(grant: Grant, priority: number): boolean {
    for (let hold = grant.first; hold !== undefined; hold = hold.next)
      if (hold.needed > 0 && hold.state.waiting > 0 && this.#isAwaited(hold.state, priority)) return true;
    return false;
  }

  /** All of them, by priority; inside one as their lines come. */
  all(): Place[] {
    const places: Place[] = [];
    for (const { first } of this.groups)
      for (let place = first; place !== undefined; place = place.after) places.push(place);
    return places;
  }

  #isAwaited(state: LimitState, priority: number): boolean {
    for (const group of this.groups) {
      if (group.priority < priority) return false;
      if (group.states.includes(state)) return true;
    }
    return false;
  }

  #groupOf(grant: Grant, priority: number): KeyGroup {
    const { first } = grant;
    // A single key is the common case: its group is found by a number.
    const isSingle = first !== undefined && first.next === undefined;
    const states = isSingle ? undefined : statesOf(grant);
    const id =
      states === undefined
        ? (first as Hold).state.index * PRIORITIES + priority
        : `${priority}:${states.map((state) => state.index).join()}`;
    return this.#byId.get(id) ?? this.#open(id, priority, states ?? statesOf(grant));
  }

  #open(id: string | number, priority: number, states: readonly LimitState[]): KeyGroup {
    const group = { id, priority, states, first: undefined, last: undefined, readyAt: 0, checkedAt: 0 };
    this.#byId.set(id, group);
    let index = this.groups.length;
    while (index > 0 && (this.groups[index - 1] as KeyGroup).priority < priority) index -= 1;
    this.groups.splice(index, 0, group);
    return group;
  }

  /** Puts a group whose first has changed where it belongs, which is never further to the front. */
  #sortIn(group: KeyGroup): void {
    let index = this.groups.indexOf(group);
    if (group.first === undefined) {
      this.groups.splice(index, 1);
      this.#byId.delete(group.id);
      return;
    }
    for (; index + 1 < this.groups.length; index++) {
      const next = this.groups[index + 1] as KeyGroup;
      if (next.priority < group.priority || firstNumber(next) > group.first.number) break;
      this.groups[index] = next;
    }
    this.groups[index] = group;
  }
}

function statesOf(grant: Grant): LimitState[] {
  const states: LimitState[] = [];
  for (let hold = grant.first; hold !== undefined; hold = hold.next)
    if (hold.needed > 0) states.push(hold.state);
  return states.length < 2 ? states : states.sort((left, right) => left.index - right.index);
}

function firstNumber(group: KeyGroup): number {
  return group.first?.number ?? Number.POSITIVE_INFINITY;
}
