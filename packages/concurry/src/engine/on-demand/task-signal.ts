/**
 * What a task of tinypool is aborted with. Tinypool stops to listen in the moment when a task ends, however it ends;
 * the promise of the task would tell later.
 */
export class TaskSignal {
  readonly aborted = false;
  #onAbort: (() => void) | undefined;
  #isOver = false;

  /** True once the task has come to its end, has failed, or was aborted. */
  get isOver(): boolean {
    return this.#isOver;
  }

  addEventListener(_type: "abort", listener: () => void): void {
    this.#onAbort = listener;
  }

  removeEventListener(): void {
    this.#isOver = true;
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onAbort?.();
  }
}
