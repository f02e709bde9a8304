import { callContext, Worker } from "concurry";

// Places in the memory that the attempts share.
const SECOND_RUNS = 0;
const FIRST_ASKED = 1;

/** Whose first attempt hears of nothing until the second one runs. */
export class Crossing extends Worker {
  /** Returns how the acquire of the first attempt ended. */
  async cross(memory: SharedArrayBuffer, request: Readonly<Record<string, number>>): Promise<string> {
    const flags = new Int32Array(memory);
    const { attempt } = callContext();
    if (attempt === 1) {
      Atomics.wait(flags, SECOND_RUNS, 0);
      // In the same turn: that the attempt is over is known to the pool, but not here.
      const refused = await this.limits.acquire(request).then(
        () => 1,
        () => 2,
      );
      raise(flags, FIRST_ASKED, refused);
      return "";
    }
    raise(flags, SECOND_RUNS, 1);
    Atomics.wait(flags, FIRST_ASKED, 0);
    const lease = await this.limits.acquire(request);
    lease.release();
    return flags[FIRST_ASKED] === 1 ? "granted" : "refused";
  }
}

function raise(flags: Int32Array, place: number, value: number): void {
  Atomics.store(flags, place, value);
  Atomics.notify(flags, place);
}
