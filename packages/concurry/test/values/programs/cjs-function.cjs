const { Worker } = require("concurry");

// The class itself is what the module exports; its errors are fields of it.
class CjsFunctionFailer extends Worker {
  fail() {
    throw new CjsFunctionFailer.LimitError("too much");
  }
}

CjsFunctionFailer.LimitError = class LimitError extends RangeError {};

module.exports = CjsFunctionFailer;
