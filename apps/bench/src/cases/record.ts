/** A small business object, about 0.75 KiB as JSON text. */
export interface BenchRecord {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly isActive: boolean;
  readonly createdAt: string;
  readonly note: string;
  readonly tags: readonly string[];
  readonly scores: readonly number[];
  readonly address: { readonly street: string; readonly city: string; readonly zip: string };
  readonly orders: readonly { readonly sku: string; readonly count: number; readonly price: number }[];
}

/** Makes a record whose every part depends on `seed`: two lanes never share an object or its strings. */
export function makeRecord(seed: number): BenchRecord {
  return {
    id: seed,
    name: `Customer number ${seed}`,
    email: `customer.${seed}@example.test`,
    isActive: seed % 2 === 0,
    createdAt: new Date(1_700_000_000_000 + seed * 1000).toISOString(),
    note: `Prefers a call in the afternoon, asked for offer ${seed} twice; never on a Friday.`,
    tags: Array.from({ length: 6 }, (_, index) => `tag-${seed}-${index}`),
    scores: Array.from({ length: 12 }, (_, index) => (seed + 1) * 0.37 + index),
    address: { street: `${seed} Long Harbour Road`, city: "Port Example", zip: `${10_000 + seed}` },
    orders: Array.from({ length: 5 }, (_, index) => ({
      sku: `SKU-${seed}-${index}-ABCDEF`,
      count: index + 1,
      price: 9.99 + seed + index,
    })),
  };
}
