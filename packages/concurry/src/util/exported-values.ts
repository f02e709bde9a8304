import { isObject } from "./is-object.ts";

/** The values of a module; those of `default` too, since CommonJS exports arrive there, be they a function with properties. */
export function exportedValues(namespace: object): unknown[] {
  const values = valuesOf(namespace);
  for (const whole of valuesOf(namespace, ["default", "module.exports"]))
    if (isObject(whole)) values.push(...valuesOf(whole));
  return [...new Set(values)];
}

function valuesOf(holder: object, keys: readonly string[] = Object.keys(holder)): unknown[] {
  const values: unknown[] = [];
  for (const key of keys) {
    try {
      values.push(Reflect.get(holder, key));
    } catch {
      // A getter that throws, or a binding that is not initialised yet, holds no class.
    }
  }
  return values;
}
