/** One event that happens at most once; a listener that comes later than the event still hears of it. */
export class Once<T> {
  #listener: ((value: T) => void) | undefined;
  #happened: { readonly value: T } | undefined;

  get isDone(): boolean {
    return this.#happened !== undefined;
  }

  /** Tells the listener; from the second time on nothing happens. */
  happen(value: T): void {
    if (this.#happened !== undefined) return;
    this.#happened = { value };
    this.#listener?.(value);
  }

  /** Sets the one listener. */
  listen(listener: (value: T) => void): void {
    this.#listener = listener;
    const happened = this.#happened;
    // Later, so that whoever sets its listeners one after the other has set them all.
    if (happened !== undefined) setImmediate(() => listener(happened.value));
  }
}
