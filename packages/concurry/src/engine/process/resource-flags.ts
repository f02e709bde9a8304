const KIB_PER_MIB = 1024;
// V8 keeps young objects in three spaces of this size.
const SEMI_SPACES = 3;
// As Node does in a thread: room for what native code puts on the stack.
const STACK_RESERVE_KIB = 192;

/** The `resourceLimits` of a thread as flags of a process; `codeRangeSizeMb` has none. */
export function resourceFlags(limits: Readonly<Record<string, number>> = {}): string[] {
  const { maxOldGenerationSizeMb, maxYoungGenerationSizeMb, stackSizeMb } = limits;
  const flags: string[] = [];
  if (maxOldGenerationSizeMb !== undefined)
    flags.push(`--max-old-space-size=${Math.ceil(maxOldGenerationSizeMb)}`);
  if (maxYoungGenerationSizeMb !== undefined)
    flags.push(`--max-semi-space-size=${Math.ceil(maxYoungGenerationSizeMb / SEMI_SPACES)}`);
  if (stackSizeMb !== undefined)
    flags.push(
      `--stack-size=${Math.max(STACK_RESERVE_KIB, Math.floor(stackSizeMb * KIB_PER_MIB) - STACK_RESERVE_KIB)}`,
    );
  return flags;
}
