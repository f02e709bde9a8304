import type { Link } from "../protocol/connection.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import { Endpoint, LooseEndpoint } from "./endpoint.ts";
import type { LimitsLane } from "./limits-lane.ts";
import { type Comlink, loadComlink } from "./load-comlink.ts";

type ArgumentsOf<Method> = Method extends (...callArguments: infer Arguments) => unknown ? Arguments : never;
type ResultOf<Method> = Method extends (...callArguments: never[]) => infer Result ? Awaited<Result> : never;
type Remote = Readonly<Record<string, (...callArguments: unknown[]) => Promise<unknown>>>;

/**
 * Everything between a pool and a worker that is not a call: each side calls methods of the other.
 *
 * Its owner hands it the bodies of all frames of the control lane.
 */
export class ControlLane<Controls extends object> {
  readonly #link: Link;
  readonly #endpoint: Endpoint;
  #onRecord: (record: readonly unknown[]) => void = () => {};
  /** comlink never rejects when the other side dies: these do. */
  readonly #pending = new Set<Deferred<unknown>>();
  /** Kept as long as the lane, since comlink releases what is collected. */
  #remote: Remote | undefined;
  #comlink: Comlink | undefined;
  #local: object | undefined;
  /** What must wait until comlink is loaded. */
  #waiting: (() => void)[] | undefined;
  #closed: { readonly error: unknown } | undefined;

  constructor(link: Link) {
    this.#link = link;
    this.#endpoint = new Endpoint(link);
  }

  /**
   * Calls a method of the other side.
   *
   * @throws What the method threw, as an `Error` with its name, message and stack; or what `close` was given.
   */
  call<Name extends keyof Controls & string>(
    name: Name,
    ...callArguments: ArgumentsOf<Controls[Name]>
  ): Promise<ResultOf<Controls[Name]>> {
    const call = deferred<unknown>();
    if (this.#closed === undefined) {
      this.#pending.add(call);
      this.#whenLoaded(() => this.#send(call, name, callArguments));
    } else {
      call.reject(this.#closed.error);
    }
    return call.promise as Promise<ResultOf<Controls[Name]>>;
  }

  /** Sets the object whose methods the other side may call. To be called in the turn that made the lane. */
  serve(local: object): void {
    this.#local = local;
    this.#comlink?.expose(local, this.#endpoint);
  }

  /** The records of limits, which are no messages of comlink. */
  get limits(): LimitsLane {
    return {
      send: (record) => this.#link.post({ lane: "control", body: record, form: "value" }),
      listen: (listener) => {
        this.#onRecord = listener;
      },
    };
  }

  /** Takes the body of one frame of the control lane. */
  receive(body: unknown): void {
    if (Array.isArray(body)) this.#onRecord(body);
    else if (this.#closed === undefined) this.#whenLoaded(() => this.#endpoint.receive(body));
  }

  /** Rejects all calls that wait for an answer, and all that will be made. */
  close(error: unknown): void {
    if (this.#closed !== undefined) return;
    this.#closed = { error };
    this.#endpoint.close();
    this.#remote = undefined;
    this.#waiting = undefined;
    for (const call of this.#pending) call.reject(error);
    this.#pending.clear();
  }

  #send(call: Deferred<unknown>, name: string, callArguments: readonly unknown[]): void {
    const method = this.#remote?.[name];
    if (method === undefined) return;
    const settle = (end: () => void): void => {
      if (this.#pending.delete(call)) end();
    };
    method(...callArguments).then(
      (value) => settle(() => call.resolve(value)),
      (error: unknown) => settle(() => call.reject(error)),
    );
  }

  #whenLoaded(action: () => void): void {
    if (this.#waiting !== undefined) this.#waiting.push(action);
    else if (this.#comlink !== undefined) action();
    else this.#load(action);
  }

  #load(action: () => void): void {
    const loaded = loadComlink();
    if (!(loaded instanceof Promise)) {
      this.#start(loaded);
      action();
      return;
    }
    this.#waiting = [action];
    loaded.then(
      (comlink) => this.#startWaiting(comlink),
      (error: unknown) => this.close(error),
    );
  }

  #start(comlink: Comlink): void {
    this.#comlink = comlink;
    this.#remote = comlink.wrap(new LooseEndpoint(this.#endpoint)) as unknown as Remote;
    if (this.#local !== undefined) comlink.expose(this.#local, this.#endpoint);
  }

  #startWaiting(comlink: Comlink): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#start(comlink);
    for (const action of waiting) action();
    this.#waiting = undefined;
  }
}
