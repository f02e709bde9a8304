import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The file in which workers note what they run. It outlives them, so that nothing that ran is forgotten. */
export class Journal {
  readonly file: string;
  readonly #folder: string;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), "concurry-chaos-"));
    this.file = join(this.#folder, "journal");
    writeFileSync(this.file, "");
  }

  /** Attempts that were run, in order: the id of the call and the number of the attempt. */
  entries(): { readonly id: string; readonly attempt: number }[] {
    const lines = readFileSync(this.file, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => {
      const [id = "", attempt = ""] = line.split(" ");
      return { id, attempt: Number(attempt) };
    });
  }

  /** How many workers were built, where that was counted. */
  births(): number {
    const file = `${this.file}.births`;
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** Attempts that ran more than once. */
export function repeated(entries: readonly { readonly id: string; readonly attempt: number }[]): string[] {
  const seen = new Set<string>();
  return entries
    .map(({ id, attempt }) => `${id} attempt ${attempt}`)
    .filter((line) => seen.size === seen.add(line).size);
}
