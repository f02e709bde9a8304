/** The values of a module; those of `default` too, since CommonJS exports arrive there. */
export function exportedValues(namespace: object): unknown[] {
  const values = valuesOf(namespace);
  for (const whole of valuesOf(namespace, ["default", "module.exports"]))
    if (typeof whole === "object" && whole !== null) values.push(...valuesOf(whole));
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
