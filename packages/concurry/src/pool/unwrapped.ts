/**
 * What a pool's method takes in place of a value of type `Value`: the value, a promise of it, or, for arrays, plain
 * objects, maps and sets, one with promises inside.
 *
 * In place of a function that answers with a promise stands one that answers with the value, too; in place of an async
 * iterable whatever `for await` goes through.
 *
 * Doesn't distribute over unions: in place of a `boolean` stands a `PromiseLike<boolean>`.
 */
export type Unwrapped<Value> = Value | PromiseLike<Value> | Nested<Value> | Lendable<Value>;

/** A method's arguments, each unwrapped. */
export type UnwrappedArguments<Arguments extends readonly unknown[]> = {
  [Index in keyof Arguments]: Unwrapped<Arguments[Index]>;
};

/** Containers with promises inside; nothing for all other types. */
type Nested<Value> = Value extends readonly (infer Item)[]
  ? NestedArray<Value, Item>
  : Value extends ReadonlyMap<infer Key, infer Item>
    ? ReadonlyMap<Unwrapped<Key>, Unwrapped<Item>>
    : Value extends ReadonlySet<infer Item>
      ? ReadonlySet<Unwrapped<Item>>
      : IsPlain<Value> extends true
        ? { [Key in keyof Value]: Unwrapped<Value[Key]> }
        : never;

/** Tuples keep their places. Arrays are written as such: only so may a type contain itself. */
type NestedArray<Value extends readonly unknown[], Item> = number extends Value["length"]
  ? readonly Unwrapped<Item>[]
  : UnwrappedArguments<Value>;

/** What may be lent in place of it: nothing, but for functions and iterables. */
type Lendable<Value> = Value extends (...values: infer Arguments) => infer Result
  ? (...values: Arguments) => Awaited<Result> | PromiseLike<Awaited<Result>>
  : Value extends AsyncIterable<infer Item>
    ? AsyncIterable<Item> | IterableIterator<Item> | readonly Item[] | ReadonlySet<Item>
    : never;

/**
 * The nearest a type can come to "made by `{ … }`": an object type of which no member is a function, but for those that
 * may answer with a promise, as callbacks do that are to be lent.
 */
type IsPlain<Value> = Value extends object
  ? [Ordinary<Value[keyof Value]>] extends [never]
    ? Value extends AnyFunction
      ? false
      : true
    : false
  : false;

type AnyFunction = (...values: never[]) => unknown;

/** The functions of a union that never answer with a promise. */
type Ordinary<Member> = Member extends (...values: never[]) => infer Result
  ? [Extract<Result, PromiseLike<unknown>>] extends [never]
    ? Member
    : never
  : never;
