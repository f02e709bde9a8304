import { compareText } from "./compare-text.ts";

/** A name in a source text and how often it stands there. */
export type NameCount = readonly [name: string, count: number];

// Comments and strings are matched first, so that the words in them are not taken for names. No parser: a regular
// expression or a template in the source may fool it for the rest of a line. The `$` of `${` belongs to no name.
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'|((?:[A-Za-z_]|\$(?!\{))(?:\w|\$(?!\{))*)/g;

const RESERVED: ReadonlySet<string> = new Set(
  `abstract any as async await boolean break case catch class const continue debugger declare default delete do else
  enum export extends false finally for from function get if implements import in infer instanceof interface is keyof
  let namespace never new null number object of override private protected public readonly require return satisfies set
  static string super switch symbol this throw true try type typeof undefined unknown var void while with yield`.split(
    /\s+/,
  ),
);

// Those of minified code are shorter, and tell nothing.
const SHORTEST_TELLING_NAME = 3;

/** Counts the names in a source text; words of the language are left out. */
export function countIdentifiers(source: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, name] of source.matchAll(TOKEN)) {
    if (name !== undefined && !RESERVED.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** The `limit` most frequent names of three letters and more, the alphabet deciding between equals. */
export function mostFrequent(counts: ReadonlyMap<string, number>, limit: number): NameCount[] {
  const telling = [...counts].filter(([name]) => name.length >= SHORTEST_TELLING_NAME);
  return telling.sort(([a, m], [b, n]) => n - m || compareText(a, b)).slice(0, limit);
}
