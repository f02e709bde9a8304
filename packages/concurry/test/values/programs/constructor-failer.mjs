import { Worker } from "concurry";

export class SetupError extends Error {
  step = "setup";
}

/** Fails before its first call. */
export class ConstructorFailer extends Worker {
  constructor() {
    super();
    throw new SetupError("no model");
  }

  run() {}
}
