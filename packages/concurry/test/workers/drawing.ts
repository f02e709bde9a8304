import { type Pool, ProgressBar, Worker } from "concurry";

/** Shows bars. */
export class Drawing extends Worker {
  #bar: ProgressBar | undefined;

  begin(description: string): void {
    this.#bar = new ProgressBar({ total: 10, description });
    this.#bar.update(3);
  }

  say(text: string): void {
    console.log(text);
  }

  succeed(): void {
    this.#bar?.success("well done");
  }

  crash(): void {
    process.exit(3);
  }
}

/** Has a worker of its own that shows bars. */
export class DrawingOuter extends Worker {
  readonly #inner: Pool<Drawing> = Drawing.options({ mode: "process" }).init();

  async begin(description: string): Promise<void> {
    await this.#inner.begin(description);
  }

  async crashInner(): Promise<void> {
    await this.#inner.crash();
  }
}
