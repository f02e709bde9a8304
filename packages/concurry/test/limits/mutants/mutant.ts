/** A change of the source that some test must notice. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
}

interface Edit {
  /** Below src/limits/. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A mutant of one change. */
export function mutant(name: string, file: string, find: string, replace: string): Mutant {
  return { name, edits: [edit(file, find, replace)] };
}

/** One change: a text that is there exactly once, and what takes its place. */
export function edit(file: string, find: string, replace: string): Edit {
  return { file, find, replace };
}
