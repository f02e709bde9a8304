import { findPromises, hasPromise } from "../future/unwrap.ts";
import type { Wire } from "../protocol/connection.ts";
import {
  ALONE,
  AS_NUMBER,
  AS_PLAIN,
  encodeList,
  encodeValue,
  HOLDS_REPLACEABLE,
} from "../protocol/encode.ts";
import { LENDS, NO_ARGUMENT, SEVERAL, STREAM } from "../protocol/frame.ts";
import { takeArgumentTransfers } from "../protocol/transfer.ts";
import { type Call, SENT } from "./call.ts";
import type { Lending } from "./lending.ts";

// Beyond so many objects a promise in sync or async mode isn't found: values pass by reference there, nothing else walks them.
const SEARCH_LIMIT = 10_000;

/** How the calls of a pool travel. */
export interface CallWay {
  readonly wire: Wire;
  /** Whether promises among the arguments are awaited. */
  readonly unwraps: boolean;
  readonly lending: Lending;
}

/**
 * Makes a call's arguments ready to travel; they are read now, so that what the caller does with them later doesn't
 * matter (but for those that only structured clone can copy).
 *
 * @returns False when a promise among them has to be awaited first.
 */
export function prepareCall(
  call: Call,
  args: readonly unknown[],
  { wire, unwraps, lending }: CallWay,
): boolean {
  const kind = call.op & STREAM;
  call.op = kind | call.methodIndex | (args.length === 0 ? NO_ARGUMENT : args.length === 1 ? 0 : SEVERAL);
  if (args.length === 0) {
    call.travel = wire === "reference" ? AS_PLAIN : AS_NUMBER;
    call.payload = 0;
    return true;
  }
  if (unwraps && hasPromise(args)) return false;
  if (wire === "reference") return prepareReferences(call, args, unwraps);
  // Kept over a second look at the arguments, once their promises are settled.
  const transfer = takeArgumentTransfers(args) ?? call.transfer;
  call.transfer = transfer;
  const { travel, payload } = args.length === 1 ? encodeValue(args[0], wire) : encodeList(args, wire);
  if (travel === HOLDS_REPLACEABLE) {
    if (unwraps && holdsPromise(args)) return false;
    if (lendArguments(call, args, lending)) return true;
  }
  // What moves can't be JSON text, and a promise that nobody may await is for the clone to refuse.
  const isAlone = transfer !== undefined || travel === HOLDS_REPLACEABLE;
  call.travel = isAlone ? ALONE : travel;
  call.payload = isAlone ? bareOrList(args) : payload;
  return true;
}

/** Whether there is a promise to be awaited. A getter that throws is for the clone to complain of. */
export function holdsPromise(args: readonly unknown[]): boolean {
  try {
    return findPromises(args);
  } catch {
    return false;
  }
}

/** Lends the functions and iterables among the arguments to the worker; false when there are none. */
export function lendArguments(call: Call, args: readonly unknown[], lending: Lending): boolean {
  const owner = call.number;
  const borrower = {
    isRunning: (attempt: number) => call.state === SENT && call.attempt === attempt,
    onBegun: () => {
      call.isGivenAway = true;
    },
  };
  const lent = lending.lend(owner, args, borrower, call.transfer);
  if (lent === undefined) return false;
  call.extras ??= {};
  call.extras.release = () => lending.release(owner);
  call.op |= LENDS;
  call.travel = ALONE;
  call.payload = { ...lent, value: bareOrList(lent.value as readonly unknown[]) };
  return true;
}

/** One argument travels bare, several as a list. */
function bareOrList(args: readonly unknown[]): unknown {
  return args.length === 1 ? args[0] : args;
}

function prepareReferences(call: Call, args: readonly unknown[], unwraps: boolean): boolean {
  if (unwraps && findPromises(args, SEARCH_LIMIT)) return false;
  call.travel = AS_PLAIN;
  call.payload = bareOrList(args);
  return true;
}
