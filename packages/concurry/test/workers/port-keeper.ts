import { MessageChannel, type MessagePort } from "node:worker_threads";
import { transfer, Worker } from "concurry";

/** Answers on ports that it was given or gave away. */
export class PortKeeper extends Worker {
  readonly #ports: MessagePort[] = [];

  take({ port }: { port: MessagePort }): void {
    this.#answerOn(port);
  }

  open(): { port: MessagePort } {
    const { port1, port2 } = new MessageChannel();
    this.#answerOn(port1);
    return transfer({ port: port2 }, [port2]);
  }

  onStop(): void {
    for (const port of this.#ports) port.close();
  }

  #answerOn(port: MessagePort): void {
    this.#ports.push(port);
    port.on("message", (message: string) => port.postMessage(`heard ${message}`));
  }
}
