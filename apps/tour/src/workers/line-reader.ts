import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { Worker } from "concurry";

/** Reads files line by line: what it gives is a stream, and what it takes may be one. */
export class LineReader extends Worker {
  readonly #root: string;

  constructor(root: string) {
    super();
    this.#root = root;
  }

  /** The lines of a file, one after the other, as fast as they are wanted. */
  async *lines(name: string): AsyncGenerator<string> {
    yield* createInterface({ input: createReadStream(resolve(this.#root, name)), crlfDelay: Infinity });
  }

  /** Tells of each line that holds the word, and returns how many lines there were. */
  async search(
    lines: AsyncIterable<string>,
    word: string,
    tell: (line: number) => Promise<void>,
  ): Promise<number> {
    let count = 0;
    for await (const line of lines) {
      count += 1;
      if (line.includes(word)) await tell(count);
    }
    return count;
  }
}
