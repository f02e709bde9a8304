import { Worker } from "concurry";

if (Worker.isHost) throw new RangeError("this module loads in the program only");

/** A worker whose module can't be loaded by a host. */
export class Broken extends Worker {
  echo(value: string): string {
    return value;
  }
}
