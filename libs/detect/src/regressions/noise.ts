/** How a series moves from hour to hour when nothing happens. */
export interface Noise {
  /** Variance of an hour's true level around the season, beyond sampling. */
  readonly process: number;
  /** Part of it that lasts, and how much of that is left an hour later. */
  readonly lasting: number;
  readonly memory: number;
}

/** Median of a chi-squared variable of one degree of freedom. */
const medianOfSquare = 0.4549;
/** What is believed before a series has said anything: its level wanders by about 2 %. */
const usualProcess = 0.02 ** 2;
const usualProcessSpread = 0.03 ** 2;
const leastProcess = 0.003 ** 2;

/**
 * Variance beyond sampling that makes half of the squared residuals fall below the median of what is expected: outliers do not
 * move it. Where sampling noise hides it (low traffic), it is drawn towards what is usual.
 */
export function processVariance(residual: Float64Array, variance: Float32Array, scale: number): number {
  const candidates = new Float64Array(residual.length);
  let [count, sampling] = [0, 0];
  for (let i = 0; i < residual.length; i++) {
    if (variance[i] === Number.POSITIVE_INFINITY) continue;
    candidates[count++] = residual[i]! ** 2 / medianOfSquare - variance[i]!;
    sampling += variance[i]!;
  }
  if (count < 24) return usualProcess * scale ** 2;
  const estimate = Math.max(0, nthSmallest(candidates.subarray(0, count), count >> 1));
  const spread = 2.3 * (sampling / count + estimate) * Math.sqrt(2 / count);
  const prior = (usualProcessSpread * scale ** 2) ** 2;
  const trust = prior / (prior + spread ** 2);
  return Math.max(leastProcess * scale ** 2, trust * estimate + (1 - trust) * usualProcess * scale ** 2);
}

/** The value that would stand at place n in order (Hoare's selection); the others are moved about. */
function nthSmallest(values: Float64Array, n: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [left, right] = [low, high];
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const swapped = values[left]!;
      values[left++] = values[right]!;
      values[right--] = swapped;
    }
    if (n <= right) high = right;
    else if (n >= left) low = left;
    else break;
  }
  return values[n]!;
}

const lags = [1, 2, 4, 8] as const;
const memories = [0.3, 0.5, 0.6, 0.7, 0.78, 0.84, 0.88, 0.92, 0.95, 0.97, 0.985] as const;
const usualMemory = 0.6;
/** What is left of the lasting part after each lag. */
const leftAfter = memories.map((memory) => lags.map((lag) => memory ** lag));

/** Splits the process variance into a part that lasts (first-order autoregressive) and one that does not. */
export function noiseOf(residual: Float64Array, variance: Float32Array, process: number): Noise {
  const limited = new Float64Array(residual.length);
  const weight = new Float64Array(residual.length);
  for (let i = 0; i < residual.length; i++) {
    if (variance[i] === Number.POSITIVE_INFINITY) continue;
    const spread = variance[i]! + process;
    const far = 3 * Math.sqrt(spread);
    weight[i] = 1 / spread;
    limited[i] = Math.max(-far, Math.min(far, residual[i]!));
  }
  const covariances = lags.map((lag) => {
    let [sum, weights, squares] = [0, 0, 0];
    for (let i = lag; i < residual.length; i++) {
      const both = Math.sqrt(weight[i]! * weight[i - lag]!);
      sum += both * limited[i]! * limited[i - lag]!;
      weights += both;
      squares += both > 0 ? 1 : 0;
    }
    // The share of what is seen that is due to the process, not to sampling, decides how far this is believed.
    const error = squares > 0 && weights > 0 ? Math.sqrt(squares) / weights : Number.POSITIVE_INFINITY;
    return { value: weights > 0 ? sum / weights : 0, precision: 1 / error ** 2 };
  });
  let best: { noise: Noise; loss: number } | undefined;
  for (const [place, memory] of memories.entries()) {
    const left = leftAfter[place]!;
    let [top, bottom] = [0, 0];
    for (const [i, { value, precision }] of covariances.entries()) {
      top += precision * value * left[i]!;
      bottom += precision * left[i]! ** 2;
    }
    // A prior of half the process, as strong as one lag seen with an error of the process itself.
    const prior = 1 / process ** 2;
    const lasting = Math.max(0, Math.min(process, (top + prior * process * 0.5) / (bottom + prior)));
    let loss = prior * (lasting - process * 0.5) ** 2 + 4 * (memory - usualMemory) ** 2;
    for (const [i, { value, precision }] of covariances.entries()) loss += precision * (value - lasting * left[i]!) ** 2;
    if (!best || loss < best.loss) best = { noise: { process, lasting, memory }, loss };
  }
  return best!.noise;
}

/** Variance of the mean of so many hours of the lasting part, as a share of one hour's: 1 for one hour, less for more. */
export function lastingShare({ memory }: Noise, hours: number): number {
  // (1 / L^2) * sum of memory^|i - j| over all pairs.
  const r = memory;
  return (hours * (1 - r * r) - 2 * r * (1 - r ** hours)) / (hours * (1 - r)) ** 2;
}
