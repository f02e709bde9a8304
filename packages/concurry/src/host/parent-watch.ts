import type { HostLink } from "../protocol/connection.ts";

// From the end of the link to the end of the worker, whatever its code still waits for.
const STOP_LIMIT_MS = 800;

// Kept from before the user's code, which may replace it.
const exit: () => void = process.exit.bind(process);

/**
 * Ends this worker when its pool asks for it, or is gone.
 *
 * @param stop Runs first: aborts what runs, calls `onStop`, ends the worker's own pools. The worker ends when it
 * settles, at the latest after the milliseconds that it is given.
 * @param leave Ends it when all is said.
 */
export function watchParent(
  link: HostLink,
  stop: (limitMs: number) => Promise<void>,
  leave: () => void = exit,
): void {
  link.onClose(() => {
    setTimeout(exit, STOP_LIMIT_MS);
    void end(link, stop, leave);
  });
}

async function end(
  link: HostLink,
  stop: (limitMs: number) => Promise<void>,
  leave: () => void,
): Promise<void> {
  try {
    await stop(STOP_LIMIT_MS);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
  await link.flushed();
  leave();
}
