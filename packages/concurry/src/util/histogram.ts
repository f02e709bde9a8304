/** What a histogram knows, in the unit of its values; all 0 while it is empty. */
export interface HistogramSummary {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

// A bucket is 1/32 of a doubling, so that its middle is within 1.6 % of all its values.
const BITS_PER_DOUBLING = 5;
const SHIFT = 23 - BITS_PER_DOUBLING;
// From 2^-10 (a microsecond, in milliseconds) to 2^32; what lies outside counts in the first or last bucket.
const LOWEST_EXPONENT = -10;
const HIGHEST_EXPONENT = 31;
const FIRST = (127 + LOWEST_EXPONENT) << BITS_PER_DOUBLING;
const BUCKETS = (HIGHEST_EXPONENT - LOWEST_EXPONENT + 1) << BITS_PER_DOUBLING;

// Of p50, p90 and p99: how many of all values they are not less than.
const SHARES = [0.5, 0.9, 0.99];

// The exponent and the first bits of the mantissa of a float, read as an integer, are the number of its bucket.
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Counts values ≥ 0 in buckets that widen with the value: fixed memory, percentiles within 1.6 %. */
export class Histogram {
  readonly #counts: Float64Array = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #max = 0;

  add(value: number): void {
    float[0] = value;
    const bucket = ((bits[0] as number) >>> SHIFT) - FIRST;
    const index = bucket < 0 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : bucket;
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#count++;
    this.#sum += value;
    if (value > this.#max) this.#max = value;
  }

  /** How many values were counted. */
  get count(): number {
    return this.#count;
  }

  /** Counts so many values of 0. */
  addZeros(count: number): void {
    this.#counts[0] = (this.#counts[0] as number) + count;
    this.#count += count;
  }

  /** Counts all values of another one, too. */
  merge(other: Histogram): void {
    for (let index = 0; index < BUCKETS; index++)
      this.#counts[index] = (this.#counts[index] as number) + (other.#counts[index] as number);
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#max = Math.max(this.#max, other.#max);
  }

  summary(): HistogramSummary {
    const mean = this.#count === 0 ? 0 : this.#sum / this.#count;
    const found = [0, 0, 0];
    let passed = 0;
    for (let index = 0, next = 0; index < BUCKETS && next < SHARES.length && this.#count > 0; index++) {
      passed += this.#counts[index] as number;
      while (passed >= (SHARES[next] as number) * this.#count)
        found[next++] = Math.min(middleOf(index), this.#max);
    }
    const [p50, p90, p99] = found as [number, number, number];
    return { count: this.#count, mean, p50, p90, p99, max: this.#max };
  }
}

function middleOf(index: number): number {
  const ends = [index, index + 1].map((bucket) => {
    bits[0] = (bucket + FIRST) << SHIFT;
    return float[0] as number;
  });
  return ((ends[0] as number) + (ends[1] as number)) / 2;
}
