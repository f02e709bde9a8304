/** Shows bars from within a bundle. A key moves it on. */
import { ProgressBar } from "concurry";
import { key, takeKeys } from "./keys.ts";

async function main(): Promise<void> {
  takeKeys();
  console.log("ready");
  const first = new ProgressBar({ total: 10, description: "First" });
  first.update(3);
  await key();
  const second = new ProgressBar({ total: 10, description: "Second" });
  second.update(4);
  first.success();
  second.success();
}

void main();
