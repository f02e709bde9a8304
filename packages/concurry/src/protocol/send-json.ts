/** A child process, or `process` in one. */
export interface JsonChannel {
  send?(
    message: object,
    handle?: undefined,
    options?: undefined,
    callback?: (error: Error | null) => void,
  ): boolean;
  readonly connected: boolean;
}

/**
 * Sends a control message over an IPC channel. To a process that is gone nothing is sent: its end is reported elsewhere.
 *
 * @throws {DOMException} `DataCloneError` when the message is no JSON.
 */
export function sendJson(channel: JsonChannel, message: unknown): void {
  if (!channel.connected) return;
  try {
    channel.send?.(message as object, undefined, undefined, () => {});
  } catch (cause) {
    throw new DOMException(`A control message could not be sent: ${String(cause)}`, "DataCloneError");
  }
}
