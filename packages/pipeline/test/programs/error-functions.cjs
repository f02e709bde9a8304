// The same of a CommonJS module.
class PickyError extends Error {
  name = "PickyError";
  field = 3;
}

function failing() {
  throw new PickyError("picky", { cause: new Error("deeper") });
}

module.exports = { PickyError, failing };
