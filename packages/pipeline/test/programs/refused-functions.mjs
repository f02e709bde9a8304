// What a module exports, and what it keeps to itself.
export function same(value) {
  return value;
}

function kept(value) {
  return -value;
}

export function hidden() {
  return kept;
}

export function makeNested() {
  return function nested(value) {
    return value;
  };
}
