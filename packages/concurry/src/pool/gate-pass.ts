import type { GatedCall, LimitGate } from "../limits/limit-gate.ts";

/** The gates that a call has passed. */
export interface GatePass {
  /** Leaves them, the last one first. */
  leave(): void;
}

/**
 * Enters gates one after the other.
 *
 * @throws What a gate rejected with; those passed before are left again.
 */
export async function enterGates(
  gates: readonly LimitGate[],
  call: GatedCall,
  signal: AbortSignal,
): Promise<GatePass> {
  const entered: { leave(): void }[] = [];
  const leave = (): void => {
    for (const gate of entered.splice(0).reverse()) leaveGate(gate);
  };
  try {
    for (const gate of gates) {
      signal.throwIfAborted();
      entered.push(await gate.enter(call, signal));
    }
  } catch (error) {
    leave();
    throw error;
  }
  return { leave };
}

/** A gate is somebody else's code: what it fails with as it is left must not harm the call. */
function leaveGate(gate: { leave(): void }): void {
  try {
    gate.leave();
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
