/**
 * PPO's training step as an expert would write it for gpu.js: one pipeline of kernels, the backward pass worked out on
 * paper, loops written out by eight, tanh as a rational function. What the compiled step is measured against.
 *
 * A kernel is the source of a function; `y` and `x` are its thread's row and column. What neighbouring threads share is
 * added up in brackets of its own, as the engine runs four of them at a time.
 */
import type { GPU, IKernelRunShortcut, Input, KernelVariable } from 'gpu.js';
import type { Inputs } from './programs/benchmark.ts';
import type { ppoStep } from './programs/ppo.ts';

/** Constants of the step. */
export type HandMadeGpuOptions = ReturnType<typeof ppoStep>['config'] & { readonly batch: number };

/** The engine: its instance in a mode, and its way of wrapping arrays. */
export interface GpuEngine {
  readonly gpu: GPU;
  input(value: Float32Array, size: number[]): Input;
}

const width = 64;
const observations = 4;
const actions = 2;
/** Where weights and biases begin in the flat vector, from the start of a network. */
const [b1, w2, b2, w3] = [256, 320, 4416, 4480] as const;
const critic = 4610;
const size = 9155;

/** Σ over k of a term, eight at a time. */
const sum = (count: number, term: (k: string) => string) => {
  const step = count % 8 === 0 ? 8 : 1;
  const terms = Array.from({ length: step }, (_, i) => `s += ${term(`(k + ${i})`)};`);
  return `let s = 0; for (let k = 0; k < ${count}; k += ${step}) { ${terms.join(' ')} }`;
};

/** The rational function of this degree that is nearest to tanh on [−9, 9]. */
const tanh = (z: string) => `
  const q = ${z} * ${z};
  const t = ${z} * ((((1.3354486e-8 * q + 2.06089514e-5) * q + 0.00349558008) * q + 0.133810189) * q + 1)
    / ((((7.77648506e-7 * q + 0.00032856217) * q + 0.0258769516) * q + 0.467143345) * q + 1);
  return ${z} > 9 ? 1 : (${z} < -9 ? -1 : t);`;

type V = KernelVariable;

/** Makes the step on the inputs of the benchmark. */
export function handMadeGpuPpo(
  { gpu, input }: GpuEngine,
  inputs: Inputs,
  { batch, clipRange, valueWeight, maxGradientNorm, learningRate, adamEpsilon }: HandMadeGpuOptions,
): { run(): Promise<void>; parameters(): Float32Array; dispose(): Promise<void> } {
  const kernel = (output: number[], parameters: string, body: string): IKernelRunShortcut => {
    const thread = 'const x = this.thread.x; const y = this.thread.y;';
    return gpu.createKernel(`function (${parameters}) { ${thread} ${body} }`, {
      output,
      precision: 'single',
    });
  };
  const row = 'const row = Math.floor(index[y] + 0.5);';
  const rowOfX = 'const row = Math.floor(index[x] + 0.5);';

  const gathered = kernel(
    [observations, batch],
    'observation, index',
    `${row} return observation[row * ${observations} + x];`,
  );
  const firstLayer = (from: number) => {
    const terms = Array.from(
      { length: observations },
      (_, k) => `z += seen[y * ${observations} + ${k}] * theta[x + ${from + k * width}];`,
    );
    const body = `let z = theta[x + ${from + b1}]; ${terms.join(' ')} ${tanh('z')}`;
    return kernel([width, batch], 'seen, theta', body);
  };
  const secondLayer = (from: number) =>
    kernel(
      [width, batch],
      'h, theta',
      `${sum(width, (k) => `h[y * 64 + ${k}] * theta[x + (${k} * 64 + ${from + w2})]`)}
       const z = s + theta[x + ${from + b2}]; ${tanh('z')}`,
    );
  const logits = kernel(
    [actions, batch],
    'h, theta',
    `${sum(width, (k) => `h[y * 64 + ${k}] * theta[x + (${k} * 2 + ${w3})]`)} return s + theta[${w3 + 128} + x];`,
  );
  const logPolicy = kernel(
    [actions, batch],
    'z',
    `const a = z[y * 2]; const b = z[y * 2 + 1]; const m = Math.max(a, b);
     return z[y * 2 + x] - m - Math.log(Math.exp(a - m) + Math.exp(b - m));`,
  );
  const valueError = kernel(
    [batch],
    'h, theta, target, index',
    `${rowOfX} ${sum(width, (k) => `h[x * 64 + ${k}] * theta[${critic + w3} + ${k}]`)}
     return s + theta[${critic + w3 + 64}] - target[row];`,
  );
  const logRatio = kernel(
    [batch],
    'logPolicy, action, old, index',
    `${rowOfX} return (action[row] === 1 ? logPolicy[x * 2 + 1] : logPolicy[x * 2]) - old[row];`,
  );
  const total = kernel(
    [1],
    'advantage, index',
    `${sum(batch, (k) => `advantage[Math.floor(index[${k}] + 0.5)]`)} return s;`,
  );
  const squares = kernel(
    [1],
    'advantage, index, total',
    `const mean = total[0] / ${batch}; let s = 0;
     for (let k = 0; k < ${batch}; k++) {
       const d = advantage[Math.floor(index[k] + 0.5)] - mean; s += d * d;
     }
     return s;`,
  );
  const normalized = kernel(
    [batch],
    'advantage, index, total, squares',
    `${rowOfX} return (advantage[row] - total[0] / ${batch}) / (Math.sqrt(squares[0] / ${batch - 1}) + 1e-8);`,
  );
  const clipped = `Math.min(Math.max(ratio, ${1 - clipRange}), ${1 + clipRange}) * a[x]`;
  const surrogate = kernel(
    [batch],
    'logRatio, a',
    `const ratio = Math.exp(logRatio[x]); return Math.min(ratio * a[x], ${clipped});`,
  );
  const slope = kernel(
    [batch],
    'logRatio, a',
    `const ratio = Math.exp(logRatio[x]); const plain = ratio * a[x];
     return ${clipped} < plain ? 0 : plain * ${-1 / batch};`,
  );
  const dLogits = kernel(
    [actions, batch],
    'slope, logPolicy, action, index',
    `${row} return slope[y] * ((action[row] === x + 0.5 - 0.5 ? 1 : 0) - Math.exp(logPolicy[y * 2 + x]));`,
  );
  const throughTanh = (h: string) => `return s * (1 - ${h}[y * 64 + x] * ${h}[y * 64 + x]);`;
  const actorBack = kernel(
    [width, batch],
    'd, theta, h',
    `const s = d[y * 2] * theta[${w3} + x * 2] + d[y * 2 + 1] * theta[${w3 + 1} + x * 2]; ${throughTanh('h')}`,
  );
  const criticBack = kernel(
    [width, batch],
    'error, theta, h',
    `const s = error[y] * ${(2 * valueWeight) / batch} * theta[${critic + w3} + x]; ${throughTanh('h')}`,
  );
  const back = (from: number) =>
    kernel(
      [width, batch],
      'd, theta, h',
      `${sum(width, (k) => `d[y * 64 + ${k}] * theta[x * 64 + (${k} + ${from + w2})]`)} ${throughTanh('h')}`,
    );
  const dFirst = kernel(
    [width, observations],
    'seen, d',
    `${sum(batch, (k) => `seen[y + ${k} * ${observations}] * d[x + ${k} * 64]`)} return s;`,
  );
  const dSecond = kernel(
    [width, width],
    'h, d',
    `${sum(batch, (k) => `h[y + ${k} * 64] * d[x + ${k} * 64]`)} return s;`,
  );
  const dLast = kernel(
    [actions, width],
    'h, d',
    `${sum(batch, (k) => `h[y + ${k} * 64] * d[x + ${k} * 2]`)} return s;`,
  );
  const dValue = kernel(
    [width],
    'h, error',
    `${sum(batch, (k) => `h[x + ${k} * 64] * error[${k}]`)} return s * ${(2 * valueWeight) / batch};`,
  );
  const columns = kernel([width], 'd', `${sum(batch, (k) => `d[x + ${k} * 64]`)} return s;`);
  const lastColumns = kernel([actions], 'd', `${sum(batch, (k) => `d[x + ${k} * 2]`)} return s;`);
  const errorColumn = kernel(
    [1],
    'error',
    `${sum(batch, (k) => `error[${k}]`)} return s * ${(2 * valueWeight) / batch};`,
  );
  const starts = [0, b1, w2, b2, w3, w3 + 128].concat([0, b1, w2, b2, w3, w3 + 64].map((at) => critic + at));
  const joined = kernel(
    [size],
    starts.map((_, i) => `g${i}`).join(', '),
    `let g = 0; ${starts
      .map((start, i) => `if (x >= ${start} && x < ${starts[i + 1] ?? size}) { g = g${i}[x - ${start}]; }`)
      .join(' ')} return g;`,
  );
  const partialSquares = kernel(
    [96],
    'g',
    `let s = 0; for (let k = 0; k < 96; k++) { const i = k * 96 + x; if (i < ${size}) { s += g[i] * g[i]; } } return s;`,
  );
  const scale = kernel(
    [1],
    'parts',
    `${sum(96, (k) => `parts[${k}]`)} return Math.min(1, ${maxGradientNorm} / (Math.sqrt(s) + 1e-6));`,
  );
  const first = kernel([size], 'm, g, scale', 'return 0.9 * m[x] + 0.1 * (g[x] * scale[0]);');
  const second = kernel(
    [size],
    'v, g, scale',
    'const c = g[x] * scale[0]; return 0.999 * v[x] + 0.001 * (c * c);',
  );
  const update = kernel(
    [size],
    'theta, m, v, rate',
    'return theta[x] - (m[x] / (Math.sqrt(v[x]) + rate[1])) * rate[0];',
  );
  const meanOf = (term: (k: string) => string) =>
    kernel([1], 'a', `${sum(batch, term)} return s / ${batch};`);
  const mean = meanOf((k) => `a[${k}]`);
  const meanSquare = meanOf((k) => `a[${k}] * a[${k}]`);
  const divergence = meanOf((k) => `Math.exp(a[${k}]) - 1 - a[${k}]`);
  const outside = meanOf((k) => `(Math.abs(Math.exp(a[${k}]) - 1) > ${clipRange} ? 1 : 0)`);
  const entropy = kernel(
    [1],
    'a',
    `${sum(2 * batch, (k) => `Math.exp(a[${k}]) * a[${k}]`)} return s / ${-batch};`,
  );

  const [actorFirst, criticFirst] = [firstLayer(0), firstLayer(critic)];
  const [actorSecond, criticSecond] = [secondLayer(0), secondLayer(critic)];
  const [actorThrough, criticThrough] = [back(0), back(critic)];
  const pipeline = gpu.createPipeline(
    (theta: V, m: V, v: V, rate: V, observation: V, action: V, old: V, advantage: V, target: V, index: V) => {
      const run = (step: IKernelRunShortcut, ...values: KernelVariable[]) =>
        step(...values) as KernelVariable;
      const seen = run(gathered, observation, index);
      const ha1 = run(actorFirst, seen, theta);
      const ha2 = run(actorSecond, ha1, theta);
      const hc1 = run(criticFirst, seen, theta);
      const hc2 = run(criticSecond, hc1, theta);
      const policy = run(logPolicy, run(logits, ha2, theta));
      const error = run(valueError, hc2, theta, target, index);
      const ratio = run(logRatio, policy, action, old, index);
      const sumOfAdvantages = run(total, advantage, index);
      const spread = run(squares, advantage, index, sumOfAdvantages);
      const a = run(normalized, advantage, index, sumOfAdvantages, spread);
      const d = run(dLogits, run(slope, ratio, a), policy, action, index);
      const da2 = run(actorBack, d, theta, ha2);
      const da1 = run(actorThrough, da2, theta, ha1);
      const dc2 = run(criticBack, error, theta, hc2);
      const dc1 = run(criticThrough, dc2, theta, hc1);
      const g = run(
        joined,
        run(dFirst, seen, da1),
        run(columns, da1),
        run(dSecond, ha1, da2),
        run(columns, da2),
        run(dLast, ha2, d),
        run(lastColumns, d),
        run(dFirst, seen, dc1),
        run(columns, dc1),
        run(dSecond, hc1, dc2),
        run(columns, dc2),
        run(dValue, hc2, error),
        run(errorColumn, error),
      );
      const factor = run(scale, run(partialSquares, g));
      const nextM = run(first, m, g, factor);
      const nextV = run(second, v, g, factor);
      return [
        run(update, theta, nextM, nextV, rate),
        nextM,
        nextV,
        run(mean, run(surrogate, ratio, a)),
        run(meanSquare, error),
        run(entropy, policy),
        run(divergence, ratio),
        run(outside, ratio),
      ];
    },
    { threads: false },
  );

  const state = [Float32Array.from(inputs['parameters']!), new Float32Array(size), new Float32Array(size)];
  const rate = new Float32Array(2);
  const names = ['observations', 'actions', 'logProbabilities', 'advantages', 'valueTargets'];
  const arrays = [
    ...state,
    rate,
    ...names.map((name) => Float32Array.from(inputs[`rollout.${name}`]!)),
    Float32Array.from(inputs['index']!),
  ].map((array) => input(array, [array.length]));
  let steps = 0;
  return {
    async run() {
      steps += 1;
      const root = Math.sqrt(1 - 0.999 ** steps);
      rate.set([(learningRate * root) / (1 - 0.9 ** steps), adamEpsilon * root]);
      const results = (await pipeline(...arrays)) as Float32Array[];
      state.forEach((array, i) => array.set(results[i]!));
    },
    parameters: () => state[0]!,
    dispose: () => pipeline.destroy(),
  };
}
