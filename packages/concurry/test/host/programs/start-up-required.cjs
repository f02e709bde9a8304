globalThis.mark("a required module", globalThis.isStartUp());
