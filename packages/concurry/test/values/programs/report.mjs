// Prints, as JSON, how errors of classes that worker modules export arrive in `node` itself.
import { HttpError, Thrower } from "#workers/thrower";
import cjs from "./cjs-failer.cjs";
import CjsFunctionFailer from "./cjs-function.cjs";
import computed from "./cjs-hidden-names.cjs";
import { ConstructorFailer, SetupError } from "./constructor-failer.mjs";

const facts = [];

async function failure(workerClass, mode, call) {
  const pool = workerClass.options({ mode, restart: false }).init();
  try {
    return await call(pool).then(
      () => "no failure",
      (error) => error,
    );
  } finally {
    await pool.stop();
  }
}

for (const mode of ["thread", "process"]) {
  const thrown = (kind) => failure(Thrower, mode, (pool) => pool.sync(kind));
  const http = await thrown("exported");
  const found = await thrown("subclassOfExported");
  const chain = await thrown("chain");
  const aggregate = await thrown("aggregate");
  const broadcast = await failure(Thrower, mode, (pool) => pool.broadcast.sync("exported"));
  const fail = (pool) => pool.fail();
  const fromCjs = await failure(cjs.CjsFailer, mode, fail);
  const fromFunction = await failure(CjsFunctionFailer, mode, fail);
  const fromComputed = await failure(computed.ComputedFailer, mode, fail);
  const unbuilt = await failure(ConstructorFailer, mode, (pool) => pool.run());
  facts.push({
    mode,
    exported: [http instanceof HttpError, http.status, http.code, http.isClient, http.name],
    hasPrivate: canReadPrivate(http),
    subclass: [Object.getPrototypeOf(found) === HttpError.prototype, found.name, found.status],
    cause: [chain.cause instanceof HttpError, chain.cause.status],
    aggregate: aggregate.errors[2].errors[0] instanceof HttpError,
    broadcast: broadcast.errors[0] instanceof HttpError,
    cjs: [fromCjs instanceof cjs.CjsError, fromCjs.left],
    cjsFunction: [fromFunction instanceof CjsFunctionFailer.LimitError, fromFunction.message],
    cjsComputed: [fromComputed instanceof computed.ComputedError, fromComputed.message],
    constructor: [unbuilt.code, unbuilt.cause instanceof SetupError, unbuilt.cause.step],
  });
}

function canReadPrivate(error) {
  try {
    return error.secret;
  } catch (thrown) {
    return thrown.name;
  }
}

console.log(JSON.stringify(facts));
