/**
 * What a pool's method takes in place of a value of type `Value`: the value, a promise of it, or, for arrays, plain
 * objects, maps and sets, one with promises inside.
 *
 * Doesn't distribute over unions: in place of a `boolean` stands a `PromiseLike<boolean>`.
 */
export type Unwrapped<Value> = Value | PromiseLike<Value> | Nested<Value>;

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

/** The nearest a type can come to "made by `{ … }`": an object type of which no member is a function. */
type IsPlain<Value> = Value extends object
  ? [Extract<Value[keyof Value], AnyFunction>] extends [never]
    ? Value extends AnyFunction
      ? false
      : true
    : false
  : false;

type AnyFunction = (...values: never[]) => unknown;
