/**
 * PPO's training step as an expert would write it against the bare kernels of TensorFlow.js, for the wasm engine: no
 * tensors, no tidy, the backward pass worked out on paper, tanh from elu, operands of products transposed beforehand.
 * What the compiled step is measured against.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { PpoStep, PpoStepData, PpoStepOptions } from './tfjs-ppo-data.ts';

type Info = tf.TensorInfo;

/** Makes the step, for the active engine. */
export function handMadeTfjsPpo(
  { parameters: initial, shapes, ...data }: PpoStepData,
  { batch, actions, clipRange, valueWeight, maxGradientNorm, learningRate, epsilon }: PpoStepOptions,
): PpoStep {
  const backend = tf.backend();
  const size = initial.length;
  const temporary: Info[] = [];

  const store = (numbers: ArrayLike<number>, shape: readonly number[] = []): Info => ({
    dataId: backend.write(Float32Array.from(numbers), [...shape], 'float32'),
    shape: [...shape],
    dtype: 'float32',
  });
  const kernel = (name: string) => {
    const { kernelFunc } = tf.getKernel(name, tf.getBackend());
    return (inputs: object, attrs: object = {}): Info => {
      const parameters = { inputs, attrs, backend } as unknown as Parameters<tf.KernelFunc>[0];
      const result = kernelFunc(parameters) as Info;
      temporary.push(result);
      return result;
    };
  };
  const unary = (name: string) => {
    const run = kernel(name);
    return (x: Info) => run({ x });
  };
  const binary = (name: string) => {
    const run = kernel(name);
    return (a: Info, b: Info) => run({ a, b });
  };
  const [exp, log, sqrt, square, abs, elu, neg] = [
    unary('Exp'),
    unary('Log'),
    unary('Sqrt'),
    unary('Square'),
    unary('Abs'),
    unary('Elu'),
    unary('Neg'),
  ] as const;
  const [add, sub, mul, div, minimum, maximum, less] = [
    binary('Add'),
    binary('Sub'),
    binary('Multiply'),
    binary('RealDiv'),
    binary('Minimum'),
    binary('Maximum'),
    binary('Less'),
  ] as const;
  const [product, transposed, reduceSum, reduceMax, sliced, joined, gathered, selected, cast, stepped] = [
    kernel('BatchMatMul'),
    kernel('Transpose'),
    kernel('Sum'),
    kernel('Max'),
    kernel('Slice'),
    kernel('Concat'),
    kernel('GatherV2'),
    kernel('Select'),
    kernel('Cast'),
    kernel('Step'),
  ] as const;
  const plain = { transposeA: false, transposeB: false };
  const swap = { perm: [1, 0] };
  const matmul = (a: Info, b: Info) => product({ a, b }, plain);
  const transpose = (x: Info) => transposed({ x }, swap);
  const overRows = { axis: [0], keepDims: false };
  const overColumns = { axis: [1], keepDims: false };
  const sum = (x: Info) => reduceSum({ x }, overRows);
  const sumRows = (x: Info) => reduceSum({ x }, overColumns);
  const reshape = (x: Info, shape: number[]): Info => ({ ...x, shape });
  const gather = (x: Info, indices: Info) => gathered({ x, indices }, { axis: 0, batchDims: 0 });

  const column = [batch, 1];
  const numbers = new Map<number, Info>();
  const number = (value: number): Info => {
    if (!numbers.has(value)) numbers.set(value, store([value]));
    return numbers.get(value)!;
  };
  const zeros = store(new Float32Array(batch), [batch]);
  const ones = store(new Float32Array(batch).fill(1), [1, batch]);
  const choices = store(
    Float32Array.from({ length: actions }, (_, i) => i),
    [1, actions],
  );
  const rollout = {
    observation: store(data.observation, [batch, 4]),
    action: store(data.action, column),
    old: store(data.oldLogProbability, [batch]),
    advantage: store(data.advantage, [batch]),
    target: store(data.valueTarget, [batch]),
  };
  const index = store(data.index, [batch]);
  const spans = shapes.map((shape) => shape.reduce((total, axis) => total * axis, 1));
  const slices = spans.map((span, i) => ({
    begin: [spans.slice(0, i).reduce((a, b) => a + b, 0)],
    size: [span],
  }));
  const state = {
    theta: store(initial, [size]),
    first: store(new Float32Array(size), [size]),
    second: store(new Float32Array(size), [size]),
    metrics: store([0, 0, 0, 0, 0], [5]),
  };
  let steps = 0;

  const tanh = (x: Info) => {
    const u = elu(mul(abs(x), number(-2)));
    return mul(div(u, sub(number(-2), u)), stepped({ x }, { alpha: -1 }));
  };

  /** Forward pass of one network, and its backward pass as a function of the gradient of its output. */
  const network = (x: Info, xT: Info, offset: number) => {
    const [w1, b1, w2, b2, w3, b3] = slices
      .slice(offset, offset + 6)
      .map((attributes, i) => reshape(sliced({ x: state.theta }, attributes), [...shapes[offset + i]!])) as [
      Info,
      Info,
      Info,
      Info,
      Info,
      Info,
    ];
    const h1 = tanh(add(matmul(x, w1), b1));
    const h2 = tanh(add(matmul(h1, w2), b2));
    const y = add(matmul(h2, w3), b3);
    const through = (dh: Info, h: Info) => mul(dh, sub(number(1), square(h)));
    const flat = (z: Info, span: number) => reshape(z, [span]);
    const backward = (dy: Info) => {
      const dz2 = through(matmul(dy, transpose(w3)), h2);
      const dz1 = through(matmul(dz2, transpose(w2)), h1);
      return [
        flat(matmul(xT, dz1), spans[offset]!),
        flat(matmul(ones, dz1), spans[offset + 1]!),
        flat(matmul(transpose(h1), dz2), spans[offset + 2]!),
        flat(matmul(ones, dz2), spans[offset + 3]!),
        flat(matmul(transpose(h2), dy), spans[offset + 4]!),
        flat(matmul(ones, dy), spans[offset + 5]!),
      ];
    };
    return { y, backward };
  };
  const mean = (x: Info) => mul(sum(x), number(1 / batch));

  function step(): void {
    const indices = cast({ x: index }, { dtype: 'int32' });
    const observation = gather(rollout.observation, indices);
    const action = gather(rollout.action, indices);
    const old = gather(rollout.old, indices);
    const raw = gather(rollout.advantage, indices);
    const target = gather(rollout.target, indices);
    const observationT = transpose(observation);
    const actor = network(observation, observationT, 0);
    const critic = network(observation, observationT, 6);

    const largest = reshape(reduceMax({ x: actor.y }, { reductionIndices: [1], keepDims: false }), column);
    const shifted = sub(actor.y, largest);
    const powers = exp(shifted);
    const total = reshape(sumRows(powers), column);
    const logPolicy = sub(shifted, log(total));
    const policy = div(powers, total);
    const isChosen = kernel('Equal')({ a: action, b: choices });
    const chosen = cast({ x: isChosen }, { dtype: 'float32' });
    const logRatio = sub(sumRows(mul(logPolicy, chosen)), old);
    const ratio = exp(logRatio);

    const centred = sub(raw, mean(raw));
    const deviation = sqrt(mul(sum(square(centred)), number(1 / (batch - 1))));
    const advantage = div(centred, add(deviation, number(1e-8)));
    const unclipped = mul(ratio, advantage);
    const clipped = mul(minimum(maximum(ratio, number(1 - clipRange)), number(1 + clipRange)), advantage);
    const surrogate = minimum(unclipped, clipped);
    const slope = mul(unclipped, number(-1 / batch));
    const dLogProbability = selected({ condition: less(clipped, unclipped), t: zeros, e: slope });
    const dLogits = mul(reshape(dLogProbability, column), sub(chosen, policy));
    const error = sub(reshape(critic.y, [batch]), target);
    const dValue = reshape(mul(error, number((2 * valueWeight) / batch)), column);

    const gradient = joined([...actor.backward(dLogits), ...critic.backward(dValue)], { axis: 0 });
    const norm = sqrt(sum(square(gradient)));
    const scale = minimum(div(number(maxGradientNorm), add(norm, number(1e-6))), number(1));
    const clippedGradient = mul(gradient, scale);
    steps += 1;
    const root = Math.sqrt(1 - 0.999 ** steps);
    const stepSize = store([(learningRate * root) / (1 - 0.9 ** steps)]);
    const rootEpsilon = store([epsilon * root]);
    temporary.push(stepSize, rootEpsilon);
    const first = add(mul(state.first, number(0.9)), mul(clippedGradient, number(0.1)));
    const second = add(mul(state.second, number(0.999)), mul(square(clippedGradient), number(0.001)));
    const direction = div(first, add(sqrt(second), rootEpsilon));
    const theta = sub(state.theta, mul(direction, stepSize));

    const excess = sub(ratio, number(1));
    const outside = cast({ x: less(number(clipRange), abs(excess)) }, { dtype: 'float32' });
    const entropy = mul(sum(sumRows(mul(policy, logPolicy))), number(-1 / batch));
    const metrics = joined(
      [neg(mean(surrogate)), mean(square(error)), entropy, mean(sub(excess, logRatio)), mean(outside)].map(
        (x) => reshape(x, [1]),
      ),
      { axis: 0 },
    );
    const next = { theta, first, second, metrics };
    const kept = new Set<Info>(Object.values(next));
    for (const x of temporary) if (!kept.has(x)) backend.disposeData(x.dataId);
    for (const x of Object.values(state)) backend.disposeData(x.dataId);
    temporary.length = 0;
    Object.assign(state, next);
  }

  return { run: step, parameters: () => (backend.readSync(state.theta.dataId) as Float32Array).slice() };
}
