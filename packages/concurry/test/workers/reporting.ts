import { callContext, Worker } from "concurry";

/** Tells how far its calls are. */
export class Reporting extends Worker {
  #release: () => void = () => {};

  /** Tells of every number up to `total` at once, and returns when it is released. */
  async count(total: number): Promise<number> {
    const released = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    const context = callContext();
    for (let done = 1; done <= total; done += 1) context.progress(done, total, "counting");
    await released;
    return total;
  }

  release(): void {
    this.#release();
  }

  tell(done: number): void {
    callContext().progress(done);
  }
}
