/** As much of a terminal's stream as is used. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  hasColors?(): boolean;
}

type Write = (this: unknown, chunk: string | Uint8Array, ...rest: unknown[]) => boolean;

/** Wipes away what is right of the cursor, and all lines below. */
export const CLEAR_BELOW = "\x1b[J";
const NEWLINE = 10;

/**
 * Lets what the program prints on the terminal go above the bars: they are wiped away first, and drawn anew below.
 *
 * The cursor rests at the beginning of the first bar, so what others print there (a process below this one) is kept as
 * well: the bars move on downwards.
 */
export class Aside {
  readonly #terminal: Terminal;
  readonly #onPrinted: () => void;
  /** The streams that are watched, each with its own `write` where it had one. */
  readonly #watched = new Map<{ write: Write }, { readonly ours: Write; readonly theirs: Write }>();
  #write: (text: string) => unknown;
  #isMidLine = false;

  /** @param onPrinted The program has printed something: the bars are gone. */
  constructor(terminal: Terminal, onPrinted: () => void) {
    this.#terminal = terminal;
    this.#onPrinted = onPrinted;
    this.#write = (text) => terminal.write(text);
  }

  begin(streams: readonly Terminal[]): void {
    const { write } = this.#terminal;
    this.#write = (text) => write.call(this.#terminal, text);
    for (const stream of streams) if (stream.isTTY) this.#watch(stream as unknown as { write: Write });
  }

  end(): void {
    // Whoever took over after us is left alone, and goes on through ours.
    for (const [stream, { ours, theirs }] of this.#watched) if (stream.write === ours) stream.write = theirs;
    this.#watched.clear();
    this.#write = (text) => this.#terminal.write(text);
  }

  /** Writes to the terminal; from the line below where somebody has stopped in the middle of one. */
  write(text: string): void {
    this.#write(this.#isMidLine ? `\n${text}` : text);
    this.#isMidLine = false;
  }

  #watch(stream: { write: Write }): void {
    const theirs = stream.write;
    const aside = this;
    const ours: Write = function (this: unknown, chunk, ...rest) {
      // Somebody put theirs around ours before the last bar ended.
      if (aside.#watched.get(stream)?.ours !== ours) return theirs.call(this, chunk, ...rest);
      aside.#write(CLEAR_BELOW);
      const hasRoom = theirs.call(this, chunk, ...rest);
      if (chunk.length > 0) aside.#isMidLine = !endsLine(chunk);
      aside.#onPrinted();
      return hasRoom;
    };
    this.#watched.set(stream, { ours, theirs });
    stream.write = ours;
  }
}

function endsLine(chunk: string | Uint8Array): boolean {
  return typeof chunk === "string" ? chunk.endsWith("\n") : chunk.at(-1) === NEWLINE;
}
