import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { Worker } from "concurry";
import { countFile, FREQUENT_LIMIT } from "../files/count-file.ts";
import type { FileReport } from "../files/file-report.ts";
import { countIdentifiers, mostFrequent, type NameCount } from "../files/identifiers.ts";
import { NotTextError } from "../files/not-text-error.ts";
import { countWords } from "../files/words.ts";

// A class that the module exports arrives as itself when a method throws it.
export { NotTextError };

/** Reads source files and says what is in them. Ordinary synchronous code: nothing in it knows of pools. */
export class FileAnalyst extends Worker {
  readonly #root: string;

  constructor(root: string) {
    super();
    this.#root = root;
  }

  /** All that the other methods find out about one file. */
  analyse(name: string): FileReport {
    return this.examine(name, this.read(name));
  }

  /** The same for bytes that somebody else has read. */
  examine(name: string, content: Uint8Array): FileReport {
    return { ...countFile(name, content), gzipBytes: this.gzip(content) };
  }

  read(name: string): Uint8Array {
    return readFileSync(resolve(this.#root, name));
  }

  /**
   * The file as text.
   *
   * @throws {NotTextError} When it is not UTF-8.
   */
  text(name: string): string {
    const content = this.read(name);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(content);
    } catch (cause) {
      throw new NotTextError(name, content.byteLength, { cause });
    }
  }

  /** How many bytes are left of the content after gzip. */
  gzip(content: Uint8Array): number {
    return gzipSync(content).byteLength;
  }

  /** How many bytes of a file are left after the hardest compression there is: about a second for each megabyte. */
  squeeze(name: string): number {
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    return brotliCompressSync(this.read(name), { params }).byteLength;
  }

  words(text: string): number {
    return countWords(text);
  }

  identifiers(text: string): NameCount[] {
    return mostFrequent(countIdentifiers(text), FREQUENT_LIMIT);
  }
}
