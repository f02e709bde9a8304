import { setTimeout as rest } from "node:timers/promises";
import { Worker } from "concurry";

/** Calls a service that counts tokens. */
export class ApiWorker extends Worker {
  readonly #apiKey: string;

  constructor(apiKey: string) {
    super();
    this.#apiKey = apiKey;
  }

  async callApi(prompt: string): Promise<string> {
    const lease = await this.limits.acquire({ requested: { tokens: 100 } });
    try {
      return `${this.#apiKey}: ${prompt}`;
    } finally {
      lease.release();
    }
  }
}

/** Queries a database with few connections. */
export class DatabaseWorker extends Worker {
  query(sql: string): Promise<string> {
    return this.limits.use({ requested: { connections: 1 } }, async () => {
      await rest(10);
      return `rows of ${sql}`;
    });
  }
}

/** Does something that only its pool's limits hold up. */
export class MyWorker extends Worker {
  process(value: number): number {
    return value * 2;
  }
}
