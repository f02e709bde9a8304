globalThis.dependencyWasStartUp = globalThis.isStartUp();
export function mark(name, was = globalThis.isStartUp()) {
  globalThis.mark(name, was);
}
