import type { Place } from "./wait.ts";

/** The time limits of those who wait: a heap that knows where each is, so that any can leave. */
export class Deadlines {
  readonly #heap: Place[] = [];

  /** The one whose limit comes first. */
  get first(): Place | undefined {
    return this.#heap[0];
  }

  add(place: Place): void {
    this.#heap.push(place);
    this.#rise(place, this.#heap.length - 1);
  }

  remove(place: Place): void {
    const index = place.heapIndex;
    if (index < 0) return;
    place.heapIndex = -1;
    const last = this.#heap.pop() as Place;
    if (last === place) return;
    this.#rise(last, index);
    this.#sink(last, last.heapIndex);
  }

  #rise(place: Place, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const other = this.#heap[above] as Place;
      if (other.deadline <= place.deadline) break;
      this.#put(other, index);
      index = above;
    }
    this.#put(place, index);
  }

  #sink(place: Place, from: number): void {
    let index = from;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= this.#heap.length) break;
      if (this.#isBefore(below + 1, below)) below += 1;
      const other = this.#heap[below] as Place;
      if (place.deadline <= other.deadline) break;
      this.#put(other, index);
      index = below;
    }
    this.#put(place, index);
  }

  #isBefore(left: number, right: number): boolean {
    const [one, other] = [this.#heap[left], this.#heap[right]];
    return one !== undefined && other !== undefined && one.deadline < other.deadline;
  }

  #put(place: Place, index: number): void {
    this.#heap[index] = place;
    place.heapIndex = index;
  }
}
