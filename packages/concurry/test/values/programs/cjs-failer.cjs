const { Worker } = require("concurry");

class CjsError extends Error {
  constructor(left) {
    super(`left: ${left}`);
    this.left = left;
  }
}

class CjsFailer extends Worker {
  fail() {
    throw new CjsError(3);
  }
}

module.exports = { CjsFailer, CjsError };
