import type { FutureOwner } from "../future/future.ts";

/** Stands behind the futures of calls that were fulfilled before they had one: of these nothing more is to be known. */
export class FulfilledCall implements FutureOwner {
  readonly status = "fulfilled";
  readonly workerIndex: number;
  observed = false;
  future: undefined;

  constructor(workerIndex: number) {
    this.workerIndex = workerIndex;
  }

  cancel(): boolean {
    return false;
  }

  resolve(): void {}

  reject(): void {}
}
