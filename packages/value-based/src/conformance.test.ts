/** The gradient steps of DQN are conformance cases, on ONNX Runtime and WebAssembly. */
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { describeConformance } from '@ascent-rl/core/conformance';
import { box, discrete } from '@ascent-rl/environments';
import { parseConfig } from '@ascent-rl/training';
import { learnerUpdateCase } from '../../training/fixtures/update-case.ts';
import { dqnSchema, dqnUpdate, qNetwork, type DqnOptions } from './index.ts';

const spaces = {
  observationSpace: box({ low: -1, high: 1, shape: [3] }),
  actionSpace: discrete(3),
};

function updateOf(name: string, options: DqnOptions) {
  const config = parseConfig(dqnSchema, { hiddenSizes: [8], batchSize: 16, ...options }, 'dqn');
  const network = qNetwork(spaces, config);
  const { layout } = network;
  return learnerUpdateCase(name, network, dqnUpdate(network, config), {
    parameters: layout,
    targets: layout,
  });
}

const cases = [
  updateOf('DQN', {}),
  updateOf('DQN, double, duelling and prioritized', { double: true, duelling: true, prioritized: true }),
];

describe.each([
  ['onnx', onnxBackend],
  ['wasm', wasmBackend],
] as const)('on %s', (_, open) => {
  describeConformance({ describe, test, afterAll }, async () => open(), { cases });
});
