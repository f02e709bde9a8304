import { createContext, runInContext } from "node:vm";
import { testCall } from "./test-call.ts";

/** A promise as other libraries make them: no native one, with a callable `then`. */
class ForeignPromise {
  readonly #inner: Promise<unknown>;
  constructor(inner: Promise<unknown>) {
    this.#inner = inner;
  }
  // biome-ignore lint/suspicious/noThenProperty: being a thenable is what it is for.
  then(onFulfilled: (value: unknown) => unknown, onRejected: (reason: unknown) => unknown): ForeignPromise {
    return new ForeignPromise(this.#inner.then(onFulfilled, onRejected));
  }
}

class Account {
  readonly balance = Promise.resolve(1);
}
class Numbers extends Array<unknown> {}
class Register extends Map<string, unknown> {}

const otherRealm = createContext({});
const inOtherRealm = (code: string): unknown => runInContext(code, otherRealm);

/** What counts as a promise. */
export const PROMISES: readonly (readonly [string, () => unknown])[] = [
  ["a native promise", () => Promise.resolve(1)],
  ["a future", () => testCall().future],
  ["a promise of another library", () => new ForeignPromise(Promise.resolve(1))],
  // biome-ignore lint/suspicious/noThenProperty: that is the case.
  ["an object with a callable then", () => ({ then: () => {} })],
  // biome-ignore lint/suspicious/noThenProperty: that is the case.
  ["a function with a callable then", () => Object.assign(() => {}, { then: () => {} })],
  ["a promise of another realm", () => inOtherRealm("Promise.resolve(1)")],
];

/** What doesn't. */
export const OTHERS: readonly (readonly [string, () => unknown])[] = [
  ["nothing", () => undefined],
  ["null", () => null],
  ["a string", () => "then"],
  ["a function", () => () => {}],
  // biome-ignore lint/suspicious/noThenProperty: that is the case.
  ["an object whose then can't be called", () => ({ then: 1 })],
  [
    "an object that throws when asked for then",
    () =>
      // biome-ignore lint/suspicious/noThenProperty: that is the case.
      Object.defineProperty({}, "then", {
        get: () => {
          throw new Error("no");
        },
      }),
  ],
  [
    "a revoked proxy",
    () => {
      const { proxy, revoke } = Proxy.revocable([], {});
      revoke();
      return proxy;
    },
  ],
];

/** What is looked into. */
export const CONTAINERS: readonly (readonly [string, (value: unknown) => unknown])[] = [
  ["an array", (value) => [1, value]],
  ["a sparse array", (value) => Object.assign(new Array(5), { 3: value })],
  ["a plain object", (value) => ({ field: value })],
  ["an object without a prototype", (value) => Object.assign(Object.create(null), { field: value })],
  ["a map's value", (value) => new Map([["key", value]])],
  ["a map's key", (value) => new Map([[value, "value"]])],
  ["a set", (value) => new Set([value])],
  ["an object of another realm", (value) => Object.assign(inOtherRealm("({})") as object, { field: value })],
  ["a map of another realm", (value) => (inOtherRealm("new Map()") as Map<unknown, unknown>).set(1, value)],
  ["a deep nest", (value) => [{ a: new Map([[1, new Set([[{ b: value }]])]]) }]],
];

/** What holds a promise and isn't looked into. */
export const OPAQUE: readonly (readonly [string, () => unknown])[] = [
  ["a class instance", () => new Account()],
  ["an array of a subclass", () => Numbers.from([Promise.resolve(1)])],
  ["a map of a subclass", () => new Register([["key", Promise.resolve(1)]])],
  ["a function's field", () => Object.assign(() => {}, { field: Promise.resolve(1) })],
  ["a field named by a symbol", () => ({ [Symbol("hidden")]: Promise.resolve(1) })],
];
