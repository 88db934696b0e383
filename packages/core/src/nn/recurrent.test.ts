/** Recurrent layers by hand, and as functions of a sequence. */
import { constant, gradient, trace, type Tensor } from '../index.ts';
import { generator } from '../random/index.ts';
import { interpret } from '../reference/index.ts';
import { ShapeError } from '../errors.ts';
import { gru, layout, lstm, type Recurrent } from './index.ts';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Runs a layer of one unit and one input whose weights are given. */
function runOne(layer: Recurrent, weights: Record<string, number[]>, inputs: number[], starts: number[]) {
  const parameters = layout(layer.parameters);
  const flat = parameters.entries.flatMap(({ name }) => weights[name]!);
  const program = trace(
    ({ theta, x, state, begins }) => layer.apply(parameters.unpack(theta), x, state, begins),
    { theta: [parameters.size], x: [inputs.length, 1], state: [1, layer.stateSize], begins: [inputs.length] },
  );
  return interpret(program, {
    theta: flat,
    x: inputs,
    state: new Float64Array(layer.stateSize),
    begins: starts,
  });
}

test('an LSTM of one unit, two steps by hand', () => {
  const weights = {
    inputWeight: [0.5, -0.3, 0.8, 1.1],
    inputBias: [0.1, 0.2, -0.1, 0.05],
    hiddenWeight: [0.7, 0.4, -0.6, 0.9],
    hiddenBias: [0, 0.1, 0, -0.2],
  };
  let [h, c] = [0, 0];
  const outputs = [2, -1].map((x) => {
    const gate = (k: number) =>
      x * weights.inputWeight[k]! +
      weights.inputBias[k]! +
      h * weights.hiddenWeight[k]! +
      weights.hiddenBias[k]!;
    const [i, f, o, g] = [sigmoid(gate(0)), sigmoid(gate(1)), sigmoid(gate(2)), Math.tanh(gate(3))];
    c = f * c + i * g;
    h = o * Math.tanh(c);
    return h;
  });
  const { output, state } = runOne(lstm(1, 1), weights, [2, -1], [0, 0]);
  outputs.forEach((value, i) => expect(output![i]).toBeCloseTo(value, 12));
  expect(state![0]).toBeCloseTo(h, 12);
  expect(state![1]).toBeCloseTo(c, 12);
});

test('a GRU of one unit, two steps by hand', () => {
  const weights = {
    inputWeight: [0.5, -0.3, 0.8],
    inputBias: [0.1, 0.2, -0.1],
    hiddenWeight: [0.7, 0.4, -0.6],
    hiddenBias: [0, 0.1, 0.3],
  };
  let h = 0;
  const outputs = [2, -1].map((x) => {
    const fromInput = (k: number) => x * weights.inputWeight[k]! + weights.inputBias[k]!;
    const fromHidden = (k: number) => h * weights.hiddenWeight[k]! + weights.hiddenBias[k]!;
    const r = sigmoid(fromInput(0) + fromHidden(0));
    const z = sigmoid(fromInput(1) + fromHidden(1));
    const n = Math.tanh(fromInput(2) + r * fromHidden(2));
    h = (1 - z) * n + z * h;
    return h;
  });
  const { output } = runOne(gru(1, 1), weights, [2, -1], [0, 0]);
  outputs.forEach((value, i) => expect(output![i]).toBeCloseTo(value, 12));
});

describe.each<[string, typeof lstm]>([
  ['LSTM', lstm],
  ['GRU', gru],
])('%s', (_, build) => {
  const layer = build(2, 3);
  const parameters = layout(layer.parameters);
  const theta = parameters.initialize(generator(1)).map((x, i) => x + 0.05 * (i % 3));
  const run = (x: number[], state: ArrayLike<number>, starts: number[]) => {
    const sequences = state.length / layer.stateSize;
    const program = trace(
      (inputs) => layer.apply(parameters.unpack(inputs.theta), inputs.x, inputs.state, inputs.starts),
      {
        theta: [parameters.size],
        x: [x.length / 2, 2],
        state: [sequences, layer.stateSize],
        starts: [starts.length],
      },
    );
    return interpret(program, { theta, x, state, starts }) as Record<'output' | 'state', Float64Array>;
  };
  const nothing = new Float64Array(layer.stateSize);
  const [a, b, c] = [
    [0.3, -0.4],
    [1.2, 0.5],
    [-0.7, 0.1],
  ] as const;

  test('several steps at once equal one step after the other', () => {
    const whole = run([...a, ...b, ...c], nothing, [0, 0, 0]);
    const first = run([...a], nothing, [0]);
    const rest = run([...b, ...c], first.state, [0, 0]);
    expect([...whole.output]).toEqual([...first.output, ...rest.output]);
    expect(whole.state).toEqual(rest.state);
  });

  test('where an episode starts, nothing of the one before is left', () => {
    const whole = run([...a, ...b, ...c], nothing, [0, 1, 0]);
    expect([...whole.output.slice(3)]).toEqual([...run([...b, ...c], nothing, [0, 0]).output]);
  });

  test('sequences side by side do not see each other', () => {
    const both = run([...a, ...c, ...b, ...a], new Float64Array(2 * layer.stateSize), [0, 0, 0, 1]);
    const left = run([...a, ...b], nothing, [0, 0]).output;
    const right = run([...c, ...a], nothing, [0, 1]).output;
    expect([...both.output]).toEqual([
      ...left.slice(0, 3),
      ...right.slice(0, 3),
      ...left.slice(3),
      ...right.slice(3),
    ]);
  });

  test('the gradient through time is that of differences', () => {
    const loss = (flat: Tensor) => {
      const { output } = layer.apply(
        parameters.unpack(flat),
        constant([...a, ...b, ...c], [3, 2]),
        constant(nothing, [1, layer.stateSize]),
        constant([0, 0, 0]),
      );
      return output.square().sum();
    };
    const program = trace(({ flat }) => ({ loss: loss(flat), slope: gradient(loss(flat), { flat }).flat }), {
      flat: [parameters.size],
    });
    const at = (flat: ArrayLike<number>) => interpret(program, { flat });
    const slope = at(Float64Array.from(theta))['slope']!;
    for (let i = 0; i < parameters.size; i += 7) {
      const moved = (by: number) => Float64Array.from(theta, (x, j) => (j === i ? x + by : x));
      const difference = (at(moved(1e-5))['loss']![0]! - at(moved(-1e-5))['loss']![0]!) / 2e-5;
      expect(slope[i]).toBeCloseTo(difference, 7);
    }
  });

  test('rows that belong to no sequence are refused', () => {
    expect(() => run([...a, ...b, ...c], new Float64Array(2 * layer.stateSize), [0, 0, 0])).toThrow(
      ShapeError,
    );
  });
});
