// CommonJS: a cluster worker is greeted as soon as it is online, and one that is an ES module hasn't run by then.
const cluster = require("node:cluster") as typeof import("node:cluster").default;
const { ClusterWorker, ThreadWorker } = require("poolifier") as typeof import("poolifier");
// biome-ignore lint/correctness/useImportExtensions: the compiler rewrites imports, not this
const functions = require("./functions.js");
const { increment, incrementLater, echo, fail, work } = functions;

const tasks = { increment, incrementLater, echo, fail, work } as unknown as Record<
  string,
  import("poolifier").TaskFunction
>;

// Both kinds of its pools are given this file.
if (cluster.isWorker) new ClusterWorker(tasks);
else new ThreadWorker(tasks);
