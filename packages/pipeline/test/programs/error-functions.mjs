// Functions that fail with a class of their module's own, which is registered nowhere.
export class PickyError extends Error {
  name = "PickyError";
  field = 3;
}

function failed() {
  return new PickyError("picky", { cause: new Error("deeper") });
}

export function same(value) {
  return value;
}

export function failing() {
  throw failed();
}

export function failOnStart() {
  throw failed();
}

export function failOnDone() {
  throw failed();
}
