import { transfer, Worker } from "concurry";
import type { BenchRecord } from "../cases/record.ts";
import { echo, fail, increment, incrementLater, type Job, work } from "./functions.ts";

/** The functions of the bench as methods of one class. */
export class Bench extends Worker {
  increment(value: number): number {
    return increment(value);
  }

  incrementLater(value: number): Promise<number> {
    return incrementLater(value);
  }

  echo(record: BenchRecord): BenchRecord {
    return echo(record);
  }

  echoBytes(bytes: Uint8Array): Uint8Array {
    return echo(bytes);
  }

  moveBytes(bytes: Uint8Array): Uint8Array {
    return transfer(bytes, [bytes.buffer as ArrayBuffer]);
  }

  *count(items: number): Generator<number, void> {
    for (let item = 0; item < items; item += 1) yield item;
  }

  work(job: Job): number {
    return work(job);
  }

  fail(message: string): never {
    return fail(message);
  }
}
