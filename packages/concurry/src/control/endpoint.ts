import type { Link } from "../protocol/connection.ts";

type Listener = (event: { readonly data: unknown }) => void;

/** The control lane of a link in the shape that comlink talks to. */
export class Endpoint {
  readonly #link: Link;
  readonly #listeners = new Set<Listener>();
  #isClosed = false;

  constructor(link: Link) {
    this.#link = link;
  }

  addEventListener(_type: string, listener: Listener): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: string, listener: Listener): void {
    this.#listeners.delete(listener);
  }

  /** After the end nothing is sent: comlink's finalizers still try. */
  postMessage(body: unknown, transfer: readonly unknown[] = []): void {
    if (this.#isClosed) return;
    if (transfer.length > 0) {
      throw new DOMException("Nothing can be transferred on the control lane", "DataCloneError");
    }
    this.#link.post({ lane: "control", body, form: "value" });
  }

  /** Hands a message of the other side to comlink. */
  receive(body: unknown): void {
    for (const listener of [...this.#listeners]) listener({ data: body });
  }

  close(): void {
    this.#isClosed = true;
    this.#listeners.clear();
  }
}

/**
 * An endpoint for comlink's registry of proxies, which holds it until its proxy is garbage. The lane holds the proxy: what
 * leads from here to the lane must not keep it, or neither would ever be garbage.
 */
export class LooseEndpoint {
  readonly #endpoint: WeakRef<Endpoint>;

  constructor(endpoint: Endpoint) {
    this.#endpoint = new WeakRef(endpoint);
  }

  addEventListener(type: string, listener: Listener): void {
    this.#endpoint.deref()?.addEventListener(type, listener);
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#endpoint.deref()?.removeEventListener(type, listener);
  }

  postMessage(body: unknown, transfer?: readonly unknown[]): void {
    this.#endpoint.deref()?.postMessage(body, transfer);
  }
}
