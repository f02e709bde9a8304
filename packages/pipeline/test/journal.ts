import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a function noted in a thread or process. */
export interface Note {
  readonly what: string;
  /** The process and thread. */
  readonly place: string;
  readonly value: number;
  readonly index: number;
  readonly activeWorkers: number;
  readonly done: boolean;
  readonly reason: string;
}

/** A file that functions in threads and processes write to: what they did, in the order in which they did it. */
export class Journal implements Disposable {
  readonly #folder: string = mkdtempSync(join(tmpdir(), "pipeline-journal-"));
  readonly #file: string = join(this.#folder, "notes");

  /** The environment in which functions find the file. */
  get env(): { readonly JOURNAL: string } {
    return { JOURNAL: this.#file };
  }

  /** All notes, or those of one kind. */
  notes(what?: string): Note[] {
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch {
      return [];
    }
    const notes = text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Note);
    return what === undefined ? notes : notes.filter((note) => note.what === what);
  }

  /** The values that the function was called with. */
  calls(): number[] {
    return this.notes("call").map(({ value }) => value);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
