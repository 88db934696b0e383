/**
 * PPO's training step as an expert would write it in ONNX by hand: two 4-64-64 networks, backward pass worked out on
 * paper, Adam's corrections left to the host. What the compiled step is measured against.
 *
 * Inputs: theta, first and second moment [P]; observation [B, 4], action, oldLogProbability, advantage, valueTarget
 * [B, 1]; stepSize and rootEpsilon, scalars. Outputs: theta, both moments, and [policy loss, value loss, entropy, KL,
 * clip fraction].
 */
import {
  attributeType,
  elementType,
  encodeModel,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
} from '@ascent-rl/onnx';

/** Sizes of one network's parameters in the flat vector, in order: weight, bias of three layers. */
const networkSizes = (outputs: number) => [4 * 64, 64, 64 * 64, 64, 64 * outputs, outputs];

/** Constants of the step. */
export interface HandMadeOptions {
  readonly batch: number;
  readonly actions: number;
  readonly clipRange: number;
  readonly valueWeight: number;
  readonly maxGradientNorm: number;
}

/** The model's bytes and its number of parameters. */
export function handMadePpo(options: HandMadeOptions): { model: Uint8Array; size: number } {
  const { batch, actions, clipRange, valueWeight, maxGradientNorm } = options;
  const node: NodeProto[] = [];
  const initializer: TensorProto[] = [];

  const op = (
    opType: string,
    input: string[],
    attributes: Record<string, number | number[]> = {},
    outputs = 1,
  ) => {
    const output = Array.from({ length: outputs }, (_, i) => `${opType}_${node.length}_${i}`);
    const attribute = Object.entries(attributes).map(([name, value]): AttributeProto =>
      typeof value === 'number'
        ? { name, type: attributeType.int, i: value }
        : { name, type: attributeType.ints, ints: value },
    );
    node.push({ name: output[0]!, opType, input, output, attribute });
    return output as [string, ...string[]];
  };
  const one = (...args: Parameters<typeof op>) => op(...args)[0];
  const store = (dataType: number, dims: number[], data: Float32Array | BigInt64Array) => {
    const name = `constant_${initializer.length}`;
    initializer.push({ name, dataType, dims, rawData: new Uint8Array(data.buffer) });
    return name;
  };
  const number = (value: number) => store(elementType.float, [], Float32Array.of(value));
  const sizes = (values: number[]) =>
    store(elementType.int64, [values.length], BigInt64Array.from(values, BigInt));
  const mean = (x: string) => one('ReduceMean', [x], { keepdims: 0 });

  const actorSizes = networkSizes(actions);
  const criticSizes = networkSizes(1);
  const all = [...actorSizes, ...criticSizes];
  const pieces = op('Split', ['theta', sizes(all)], { axis: 0 }, all.length);
  const unit = number(1);
  const flat = sizes([-1]);
  const firstAxis = sizes([0]);
  const lastAxis = sizes([1]);

  /** Forward pass of one network, and its backward pass as a function of the last layer's gradient. */
  const network = (offset: number, outputs: number) => {
    const weight = (i: number, shape: number[]) => one('Reshape', [pieces[offset + i]!, sizes(shape)]);
    const [w1, w2, w3] = [weight(0, [4, 64]), weight(2, [64, 64]), weight(4, [64, outputs])];
    const h1 = one('Tanh', [one('Gemm', ['observation', w1, pieces[offset + 1]!])]);
    const h2 = one('Tanh', [one('Gemm', [h1, w2, pieces[offset + 3]!])]);
    const y = one('Gemm', [h2, w3, pieces[offset + 5]!]);
    const throughTanh = (dh: string, h: string) => one('Mul', [dh, one('Sub', [unit, one('Mul', [h, h])])]);
    const layer = (x: string, dz: string) => [
      one('Reshape', [one('Gemm', [x, dz], { transA: 1 }), flat]),
      one('ReduceSum', [dz, firstAxis], { keepdims: 0 }),
    ];
    const backward = (dy: string) => {
      const dz2 = throughTanh(one('Gemm', [dy, w3], { transB: 1 }), h2);
      const dz1 = throughTanh(one('Gemm', [dz2, w2], { transB: 1 }), h1);
      return [...layer('observation', dz1), ...layer(h1, dz2), ...layer(h2, dy)];
    };
    return { y, backward };
  };
  const actor = network(0, actions);
  const critic = network(actorSizes.length, 1);

  const logPolicy = one('LogSoftmax', [actor.y], { axis: 1 });
  const policy = one('Exp', [logPolicy]);
  const choices = store(
    elementType.float,
    [1, actions],
    Float32Array.from({ length: actions }, (_, i) => i),
  );
  const chosen = one('Cast', [one('Equal', ['action', choices])], { to: elementType.float });
  const logProbability = one('ReduceSum', [one('Mul', [logPolicy, chosen]), lastAxis], { keepdims: 1 });
  const logRatio = one('Sub', [logProbability, 'oldLogProbability']);
  const ratio = one('Exp', [logRatio]);

  const centred = one('Sub', ['advantage', mean('advantage')]);
  const squares = one('ReduceSumSquare', [centred], { keepdims: 0 });
  const deviation = one('Sqrt', [one('Mul', [squares, number(1 / (batch - 1))])]);
  const advantage = one('Div', [centred, one('Add', [deviation, number(1e-8)])]);
  const plain = one('Mul', [ratio, advantage]);
  const clipped = one('Mul', [one('Clip', [ratio, number(1 - clipRange), number(1 + clipRange)]), advantage]);
  const surrogate = one('Min', [plain, clipped]);
  const slope = one('Mul', [plain, number(-1 / batch)]);
  const dLogProbability = one('Where', [one('Less', [clipped, plain]), number(0), slope]);
  const dLogits = one('Mul', [dLogProbability, one('Sub', [chosen, policy])]);

  const error = one('Sub', [critic.y, 'valueTarget']);
  const dValue = one('Mul', [error, number((2 * valueWeight) / batch)]);

  const gradient = one('Concat', [...actor.backward(dLogits), ...critic.backward(dValue)], { axis: 0 });
  const norm = one('Sqrt', [one('ReduceSumSquare', [gradient], { keepdims: 0 })]);
  const scale = one('Min', [unit, one('Div', [number(maxGradientNorm), one('Add', [norm, number(1e-6)])])]);
  const step = one('Mul', [gradient, scale]);
  const average = (old: string, value: string, decay: number) =>
    one('Add', [one('Mul', [old, number(decay)]), one('Mul', [value, number(1 - decay)])]);
  const first = average('firstMoment', step, 0.9);
  const second = average('secondMoment', one('Mul', [step, step]), 0.999);
  const direction = one('Div', [first, one('Add', [one('Sqrt', [second]), 'rootEpsilon'])]);
  const theta = one('Sub', ['theta', one('Mul', [direction, 'stepSize'])]);

  const excess = one('Sub', [ratio, unit]);
  const outside = one('Cast', [one('Greater', [one('Abs', [excess]), number(clipRange)])], {
    to: elementType.float,
  });
  const metrics = [
    one('Neg', [mean(surrogate)]),
    mean(one('Mul', [error, error])),
    one('Mul', [mean(one('Mul', [policy, logPolicy])), number(-actions)]),
    mean(one('Sub', [excess, logRatio])),
    mean(outside),
  ].map((value) => one('Reshape', [value, flat]));
  const outputs = {
    theta_next: theta,
    first_next: first,
    second_next: second,
    metrics: one('Concat', metrics, { axis: 0 }),
  };
  for (const [name, value] of Object.entries(outputs))
    node.push({ name, opType: 'Identity', input: [value], output: [name], attribute: [] });

  const size = all.reduce((sum, count) => sum + count, 0);
  const tensor = (name: string, dims: number[]) => ({
    name,
    type: {
      tensorType: { elemType: elementType.float, shape: { dim: dims.map((dimValue) => ({ dimValue })) } },
    },
  });
  const column = [batch, 1];
  const input = [
    ...['theta', 'firstMoment', 'secondMoment'].map((name) => tensor(name, [size])),
    tensor('observation', [batch, 4]),
    ...['action', 'oldLogProbability', 'advantage', 'valueTarget'].map((name) => tensor(name, column)),
    ...['stepSize', 'rootEpsilon'].map((name) => tensor(name, [])),
  ];
  const output = [
    ...['theta_next', 'first_next', 'second_next'].map((name) => tensor(name, [size])),
    tensor('metrics', [5]),
  ];
  const model = encodeModel({
    irVersion: 8,
    producerName: 'by hand',
    producerVersion: '',
    opsetImport: [{ domain: '', version: 15 }],
    metadataProps: [],
    graph: { name: 'ppo', node, initializer, input, output },
  });
  return { model, size };
}
