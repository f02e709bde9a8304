/**
 * A control message as text.
 *
 * @throws {DOMException} `DataCloneError` when the message is no JSON.
 */
export function jsonText(message: unknown): string {
  try {
    return JSON.stringify(message);
  } catch (cause) {
    throw new DOMException(`A control message could not be sent: ${String(cause)}`, "DataCloneError");
  }
}
