import { CancelledError } from "concurry";

/**
 * Hears signals of the process while a run goes on: the first calls back, and no longer ends the process by itself.
 *
 * @returns To be called when the run is over: the signal that came is then raised again.
 */
export function hearSignals(
  signals: readonly NodeJS.Signals[],
  onSignal: (reason: CancelledError) => void,
): () => void {
  let came: NodeJS.Signals | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    if (came !== undefined) return;
    came = signal;
    onSignal(new CancelledError(`The process got ${signal}.`));
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
    if (came !== undefined) process.kill(process.pid, came);
  };
}
