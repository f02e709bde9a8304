/** Loaded by a worker to find out whether anything here loads TypeScript. */
export const probe: string = "TypeScript";
