import { rejectDecoded } from "./future.ts";
import { RemoteFailure } from "./remote-failure.ts";

/** What a consumer gets when it asks for an item. */
export type Answer = IteratorResult<unknown, unknown>;

/** How a stream ended: with what its generator returned, or with what it failed with. */
export type Ending = { readonly value: unknown } | { readonly failure: unknown };

interface Ask {
  /** Whose item it is: it can't be forgotten while somebody waits. */
  readonly keeper: object;
  readonly resolve: (answer: Answer | PromiseLike<never>) => void;
  readonly reject: (reason: unknown) => void;
}

// Items that were taken leave the list in so large a piece that the move costs each next to nothing.
const TAKEN_AT_MOST = 1024;

/** Items on their way from a worker to a consumer: those that came before they were asked for, or the other way round. */
export class ItemBuffer {
  readonly #onTaken: () => void;
  #items: unknown[] = [];
  /** Place of the first item that wasn't taken. */
  #first = 0;
  readonly #asks: Ask[] = [];
  #ending: Ending | undefined;

  /** @param onTaken Called for each item that the consumer gets. */
  constructor(onTaken: () => void) {
    this.#onTaken = onTaken;
  }

  /** True while the consumer waits. */
  get isAsked(): boolean {
    return this.#asks.length > 0;
  }

  next(keeper: object): Promise<Answer> {
    if (this.#first < this.#items.length) return Promise.resolve({ done: false, value: this.#take() });
    return new Promise((resolve, reject) => {
      this.#asks.push({ keeper, resolve, reject });
      this.#answerEnd();
    });
  }

  push(item: unknown): void {
    if (this.#ending !== undefined) return;
    const ask = this.#asks.shift();
    if (ask === undefined) {
      this.#items.push(item);
    } else {
      ask.resolve({ done: false, value: item });
      this.#onTaken();
    }
  }

  /** Nothing comes any more. What has come is still to be had. */
  end(ending: Ending): void {
    this.#ending ??= ending;
    this.#answerEnd();
  }

  /** What has come is of no use any more. */
  drop(): void {
    this.#items = [];
    this.#first = 0;
  }

  #take(): unknown {
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first === this.#items.length) this.drop();
    else if (this.#first === TAKEN_AT_MOST) {
      this.#items.splice(0, TAKEN_AT_MOST);
      this.#first = 0;
    }
    this.#onTaken();
    return item;
  }

  /** The first who asks learns how it ended, all others that it has. */
  #answerEnd(): void {
    const ending = this.#ending;
    if (ending === undefined || this.#first < this.#items.length) return;
    for (const ask of this.#asks.splice(0)) {
      answer(ask, this.#ending as Ending);
      this.#ending = { value: undefined };
    }
  }
}

function answer(ask: Ask, ending: Ending): void {
  if ("value" in ending) ask.resolve({ done: true, value: ending.value });
  else if (ending.failure instanceof RemoteFailure) rejectDecoded(ask.resolve, ending.failure, () => {});
  else ask.reject(ending.failure);
}
