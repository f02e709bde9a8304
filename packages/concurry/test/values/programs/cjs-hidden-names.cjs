const { Worker } = require("concurry");

// Names that only running the module tells.
class ComputedError extends Error {}

class ComputedFailer extends Worker {
  fail() {
    throw new ComputedError("computed");
  }
}

for (const each of [ComputedFailer, ComputedError]) module.exports[each.name] = each;
