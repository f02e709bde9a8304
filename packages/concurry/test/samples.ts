import { readFileSync } from "node:fs";

/** One program in a document. */
export interface Sample {
  /** Where it stands, as `"README.md:12"`. */
  readonly place: string;
  /** Its name in the folder of the document's programs. */
  readonly file: string;
  readonly source: string;
  /** What it prints; undefined where the document doesn't say. */
  readonly output: string | undefined;
}

interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

const FENCE = /^```(\S*)\n(.*?)^```$/gms;
const FILE_NAME = /^(?:\/\/|#) ([\w-]+\.[cm]?[jt]s)\n/;

// Languages of blocks that are programs.
const PROGRAMS = ["js", "ts"];
/** Every language that a document may use; `text` after a program is what it prints. */
export const LANGUAGES: readonly string[] = [...PROGRAMS, "text", "sh"];

/** All fenced blocks of a document. */
export function blocksOf(path: string): readonly Block[] {
  const document = readFileSync(path, "utf8");
  return [...document.matchAll(FENCE)].map((match) => ({
    language: match[1] ?? "",
    text: match[2] ?? "",
    line: document.slice(0, match.index).split("\n").length,
  }));
}

/**
 * The programs of a document. Each `js` or `ts` block is a whole one; a first line like `// counter.js` gives it a name,
 * by which the others of the document may import it. A `text` block that follows is what it prints.
 */
export function samplesOf(path: string, name: string): readonly Sample[] {
  const blocks = blocksOf(path);
  return blocks.flatMap(({ language, text, line }, index) => {
    if (!PROGRAMS.includes(language)) return [];
    const next = blocks[index + 1];
    return {
      place: `${name}:${line}`,
      file: FILE_NAME.exec(text)?.[1] ?? `line-${line}.${language}`,
      source: text,
      output: next?.language === "text" ? next.text.trim() : undefined,
    };
  });
}

/** The relative links of a document: `"file#heading"`, `"file"` or `"#heading"`. */
export function linksOf(path: string): readonly string[] {
  return [...proseOf(path).matchAll(/\]\(([^)]+)\)/g)]
    .map((match) => match[1] ?? "")
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The headings of a document as links name them. */
export function anchorsOf(path: string): readonly string[] {
  return [...proseOf(path).matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

function proseOf(path: string): string {
  return readFileSync(path, "utf8").replaceAll(FENCE, "");
}
