// What a CommonJS module exports, and what it keeps to itself.
function same(value) {
  return value;
}

function kept(value) {
  return -value;
}

module.exports = { same, hidden: () => kept };
