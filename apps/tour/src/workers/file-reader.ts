import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Worker } from "concurry";

/** Reads files; while one is on its way from the disk the next can be asked for. */
export class FileReader extends Worker {
  readonly #root: string;

  constructor(root: string) {
    super();
    this.#root = root;
  }

  async read(name: string): Promise<Uint8Array> {
    return readFile(resolve(this.#root, name));
  }
}
