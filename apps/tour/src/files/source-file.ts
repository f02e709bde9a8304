/** A file that the tour works on. */
export interface SourceFile {
  /** Path below the chosen folder, with `/` between its parts: the same on every machine. */
  readonly name: string;
  readonly bytes: number;
}
