/** Shows bars in one of several ways: `node --import tsx bars.ts <case>`. A key moves it on. */
import { writeSync } from "node:fs";
import { ProgressBar } from "concurry";
import { key, takeKeys } from "./keys.ts";

const STDOUT = 1;

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

const CASES: Readonly<Record<string, () => unknown>> = {
  async several() {
    const [files, pages, words] = threeBars();
    await key();
    files?.success("all there");
    pages?.failure(new Error("disk full\nreally"));
    await key();
    words?.stop();
  },
  async styles() {
    for (const style of ["auto", "bar", "line", "silent"] as const) {
      const bar = new ProgressBar({ total: 4, description: style, style });
      bar.update(2);
      bar.success();
    }
    const disabled = new ProgressBar({ total: 4, disable: true });
    disabled.update(4);
    disabled.failure("never seen");
  },
  async beside() {
    const [files] = threeBars();
    await key();
    console.log("a line of console.log");
    console.error("one of console.error\nand another");
    process.stdout.write("half a line");
    await key();
    writeSync(STDOUT, `${"a line of another process".padEnd(110, ".")}\n`);
    files?.update(1);
    await key();
  },
  blocking() {
    const seen: number[] = [];
    for (const item of new ProgressBar([1, 2, 3, 4, 5], { description: "Blocking" })) {
      work(120);
      seen.push(item);
    }
    console.log(seen.join());
  },
  async many() {
    const bars = Array.from(
      { length: 30 },
      (_, index) => new ProgressBar({ total: 9, description: `bar ${index}` }),
    );
    await key();
    for (const bar of bars.slice(0, 20)) bar.success();
    await key();
    for (const bar of bars) bar.stop();
  },
  async narrow() {
    const bar = new ProgressBar({
      total: 100,
      description: "文件文件文件文件文件 and a very long description",
    });
    bar.update(50);
    await key();
  },
  unfinished() {
    new ProgressBar({ total: 10, description: "Unfinished" }).update(3);
  },
  uncaught() {
    new ProgressBar({ total: 10, description: "Uncaught" }).update(3);
    throw new RangeError("out of reach");
  },
  waiting() {
    new ProgressBar({ total: 10, description: "Waiting" }).update(3);
    setInterval(() => {}, 60_000);
  },
};

function threeBars(): ProgressBar[] {
  const files = new ProgressBar({ total: 10, description: "Files", unit: "files" });
  const pages = new ProgressBar({ total: 200, description: "Pages" });
  const words = new ProgressBar({ description: "Words" });
  files.update(4);
  pages.update(100);
  words.update(7);
  words.setDescription("More words");
  return [files, pages, words];
}

// Ctrl-C is to be what it is.
if (process.argv[2] !== "waiting") takeKeys();
await CASES[process.argv[2] ?? ""]?.();
