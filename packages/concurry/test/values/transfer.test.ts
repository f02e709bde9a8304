import { once } from "node:events";
import { MessageChannel } from "node:worker_threads";
import { SerializationError, transfer } from "concurry";
import { afterAll, describe, expect, test } from "vitest";
import { Mirror } from "#workers/mirror";
import { PortKeeper } from "#workers/port-keeper";
import { COPYING_MODES, failureOf, SHARING_MODES, stopAndCheck } from "./modes.ts";

function bytes(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => index % 256);
}

describe.each(COPYING_MODES)("in %s mode", (mode) => {
  const moves = mode === "thread";
  const pool = Mirror.options({ mode }).init();
  afterAll(() => stopAndCheck(pool));

  test("a transferred buffer arrives; it has left the caller where memory can be shared", async () => {
    await pool.ready();
    const view = bytes(8 * 2 ** 20);
    const arrived = pool.echo(transfer(view, [view.buffer]));

    expect(view.length).toBe(moves ? 0 : 8 * 2 ** 20);
    expect(Buffer.compare((await arrived) as Uint8Array, bytes(8 * 2 ** 20))).toBe(0);
  });

  test("a buffer of a call that waits moves when the call leaves", async () => {
    const starting = Mirror.options({ mode }).init();
    const view = bytes(8);
    const arrived = starting.echo(transfer(view, [view.buffer]));

    expect(view.length).toBe(8);
    expect(await arrived).toEqual(bytes(8));
    expect(view.length).toBe(moves ? 0 : 8);
    await stopAndCheck(starting);
  });

  test("buffers in several arguments move together", async () => {
    const [left, right, kept] = [bytes(8), bytes(16), bytes(4)];
    const looks = await pool.look(transfer({ left }, [left.buffer]), transfer([right], [right.buffer]), kept);

    expect(looks.map((text) => /byteLength\]?: (\d+)/.exec(text)?.[1])).toEqual(["8", "16", "4"]);
    expect([left.length, right.length, kept.length]).toEqual(moves ? [0, 0, 4] : [8, 16, 4]);
  });

  test("a buffer may be listed twice, and stand in the value twice", async () => {
    const view = bytes(8);
    const { buffer } = view;
    const arrived = (await pool.echo(transfer([buffer, { again: buffer }], [buffer, buffer]))) as [
      ArrayBuffer,
      { again: ArrayBuffer },
    ];

    expect(arrived[0]).toBe(arrived[1].again);
    expect(new Uint8Array(arrived[0])).toEqual(bytes(8));
    expect(buffer.byteLength).toBe(moves ? 0 : 8);
  });

  test("calls with transfers keep their place among the others", async () => {
    const settled: number[] = [];
    const calls = Array.from({ length: 60 }, (_, index) => {
      const view = bytes(index + 1);
      const value = index % 3 === 0 ? transfer(view, [view.buffer]) : index % 3 === 1 ? index : { index };
      return pool.echo(value).then(() => settled.push(index));
    });
    await Promise.all(calls);

    expect(settled).toEqual(Array.from({ length: 60 }, (_, index) => index));
  });

  test("the mark holds for one sending", async () => {
    const view = bytes(8);
    const first = (await pool.echo(transfer({ view }, [view.buffer]))) as { view: Uint8Array };
    const second = (await pool.echo(first)) as { view: Uint8Array };

    expect(first.view).toEqual(bytes(8));
    expect(second.view).toEqual(bytes(8));
  });

  test("a buffer in a result moves to the caller", async () => {
    const { buffer } = (await pool.give(1000)) as { buffer: ArrayBuffer };

    expect(new Uint8Array(buffer)).toEqual(new Uint8Array(1000).fill(7));
    expect(await pool.left()).toBe(moves ? 0 : 1000);
  });

  test("an error names what can't be cloned, not what moves, and nothing has moved", async () => {
    const view = bytes(8);
    const value = { view, callback: Symbol("s") };
    const error = await failureOf(pool.echo(transfer(value, [view.buffer])));

    expect(error).toBeInstanceOf(SerializationError);
    expect(error).toMatchObject({ method: "echo", argument: 0, path: ".callback" });
    expect(view.length).toBe(8);
    const ofResult = await failureOf(pool.giveUncloneable());
    expect(ofResult).toMatchObject({ method: "giveUncloneable", argument: undefined, path: ".callback" });
  });

  test("a promise beside a transferred buffer is awaited, then the buffer moves", async () => {
    const view = bytes(8);
    const arrived = pool.look(transfer([view], [view.buffer]), Promise.resolve("later"));

    expect(view.length).toBe(8);
    expect((await arrived)[1]).toBe("'later'");
    expect(view.length).toBe(moves ? 0 : 8);
  });
});

describe("in thread mode", () => {
  const pool = Mirror.options({ mode: "thread" }).init();
  afterAll(() => stopAndCheck(pool));

  test("a buffer that was moved before rejects the call that sends it again, and only that", async () => {
    const view = bytes(8);
    const { buffer } = view;
    const [first, second, third] = await Promise.allSettled([
      pool.echo(transfer({ buffer }, [buffer])),
      pool.echo(transfer({ buffer }, [buffer])),
      pool.echo("fine"),
    ]);

    expect(first.status).toBe("fulfilled");
    expect(third).toEqual({ status: "fulfilled", value: "fine" });
    const { reason } = second as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(SerializationError);
    expect(reason.message).toContain("was moved away before");
    expect(reason.path).toBe(".buffer");
  });

  test("a port moves to the worker, which answers on it", async () => {
    const keeper = PortKeeper.options({ mode: "thread" }).init();
    const { port1, port2 } = new MessageChannel();
    await keeper.take(transfer({ port: port2 }, [port2]));
    const answered = once(port1, "message");
    port1.postMessage("hello");

    expect(await answered).toEqual(["heard hello"]);
    port1.close();
    await stopAndCheck(keeper);
  });

  test("a port moves to the caller", async () => {
    const keeper = PortKeeper.options({ mode: "thread" }).init();
    const { port } = await keeper.open();
    const answered = once(port, "message");
    port.postMessage("hello");

    expect(await answered).toEqual(["heard hello"]);
    port.close();
    await stopAndCheck(keeper);
  });

  test("a port that isn't listed can't be sent", async () => {
    const { port1, port2 } = new MessageChannel();
    const error = await failureOf(pool.second(1, { port: port2 }));

    expect(error).toBeInstanceOf(SerializationError);
    expect(error).toMatchObject({ method: "second", argument: 1, path: ".port" });
    expect((error as Error).message).toContain("transfer(value, list)");
    port1.close();
  });

  test("beside a listed port an error still names what can't be cloned", async () => {
    const { port1, port2 } = new MessageChannel();
    const value = transfer({ port: port2, list: [Symbol("s")] }, [port2]);

    expect(await failureOf(pool.echo(value))).toMatchObject({ path: ".list[0]" });
    port1.close();
  });
});

test("a port can't leave its process", async () => {
  const pool = Mirror.options({ mode: "process" }).init();
  const { port1, port2 } = new MessageChannel();
  const error = await failureOf(pool.echo(transfer({ port: port2 }, [port2])));

  expect(error).toBeInstanceOf(SerializationError);
  expect(error).toMatchObject({ method: "echo", argument: 0, path: ".port" });
  expect((error as Error).message).toContain("can't leave its process");
  port1.close();
  await stopAndCheck(pool);
});

test.each(SHARING_MODES)("in %s mode nothing moves", async (mode) => {
  const pool = Mirror.options({ mode }).init();
  const view = bytes(8);

  expect(await pool.echo(transfer(view, [view.buffer]))).toBe(view);
  expect(view.length).toBe(8);
  expect(((await pool.give(10)) as { buffer: ArrayBuffer }).buffer.byteLength).toBe(10);
  await stopAndCheck(pool);
});
