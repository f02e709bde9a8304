// Runs pipelines of its own functions in top-level awaits: what it exports can't be seen before its end.
import { pipeline } from "@concurry/pipeline";
import { Worker } from "concurry";

export function doubled(value) {
  return 2 * value;
}

const kept = (value) => -value;

let pulled = 0;
function* numbers() {
  pulled++;
  yield 21;
}

if (!Worker.isHost) {
  console.log(JSON.stringify(await pipeline(numbers).map(doubled, { mode: "thread" }).toArray()));
  pulled = 0;
  const { code, message } = await pipeline(numbers)
    .map(kept, { mode: "thread" })
    .run()
    .catch((error) => error);
  console.log(JSON.stringify({ code, message, pulled }));
}
