// Sends many requests at once to a server in another thread; tells how many sockets it had, and how much memory lived.
import { once } from "node:events";
import { Agent, get } from "node:http";
import { Worker } from "node:worker_threads";
import { pipeline } from "@concurry/pipeline";

const [count, workers, samples] = process.argv.slice(2).map(Number);
const server = new Worker(
  `const { parentPort } = require("node:worker_threads");
  const sockets = { open: 0, most: 0, requests: 0 };
  const server = require("node:http").createServer((request, response) => {
    sockets.requests++;
    response.end("fine");
  });
  server.keepAliveTimeout = 60_000;
  server.on("connection", (socket) => {
    sockets.most = Math.max(sockets.most, ++sockets.open);
    socket.once("close", () => sockets.open--);
  });
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => parentPort.postMessage(server.address().port));
  parentPort.once("message", () => {
    parentPort.postMessage(sockets);
    server.closeAllConnections();
    server.close();
  });`,
  { eval: true },
);
const [port] = await once(server, "message");
const agent = new Agent({ keepAlive: true });

function* numbers() {
  for (let value = 0; value < count; value++) yield value;
}

function ask() {
  return new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, agent }, (response) => {
      response.once("error", reject).once("end", resolve).resume();
    });
    request.once("error", reject);
  });
}

const lines = [];
const started = performance.now();
let answered = 0;
await pipeline(numbers)
  .each(
    async () => {
      await ask();
      answered++;
      if (answered % Math.floor(count / samples) !== 0) return;
      globalThis.gc();
      const { heapUsed, rss } = process.memoryUsage();
      lines.push({ at: answered, heapMiB: heapUsed / 2 ** 20, rssMiB: rss / 2 ** 20 });
    },
    { mode: "async", workers },
  )
  .run();
const seconds = (performance.now() - started) / 1000;
server.postMessage("end");
const [{ most, requests }] = await once(server, "message");
agent.destroy();
console.log(JSON.stringify({ answered, requests, most, seconds, lines }));
