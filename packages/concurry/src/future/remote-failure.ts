/** What a call failed with in its worker, not yet an error: it becomes one where the future is rejected. */
export class RemoteFailure {
  /** Makes the error (or the other value that was thrown). Each call makes a new one. */
  readonly decode: () => unknown;

  constructor(decode: () => unknown) {
    this.decode = decode;
  }
}
