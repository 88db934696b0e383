/** The gradient steps of DDPG and TD3 are conformance cases, on ONNX Runtime and WebAssembly. */
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { describeConformance } from '@ascent-rl/core/conformance';
import { box } from '@ascent-rl/environments';
import { parseConfig } from '@ascent-rl/training';
import { learnerUpdateCase } from '../../training/fixtures/update-case.ts';
import { deterministicModel, deterministicUpdate, td3Schema, type Td3Options } from './index.ts';

const spaces = {
  observationSpace: box({ low: -1, high: 1, shape: [3] }),
  actionSpace: box({ low: -1, high: 1, shape: [2] }),
};

function updateOf(name: string, improvesActor: boolean, options: Td3Options) {
  const config = parseConfig(td3Schema, { hiddenSizes: [8, 8], batchSize: 16, ...options }, 'td3');
  const model = deterministicModel(spaces, config, 'td3');
  const { actor, criticLayout } = model;
  return learnerUpdateCase(name, actor, deterministicUpdate(model, config, improvesActor), {
    actor: actor.layout,
    targetActor: actor.layout,
    critics: criticLayout,
    targetCritics: criticLayout,
  });
}

const ddpg = { critics: 1, targetNoise: 0 };
/** What the next layer normalizes away has no derivative; a smaller ε of Adam would make steps of its rounding. */
const normalized = { batchNormalization: true, adamEpsilon: 1e-3 };
const cases = [
  updateOf('TD3 of actor and critics', true, {}),
  updateOf('TD3 of critics alone', false, {}),
  updateOf('DDPG', true, ddpg),
  updateOf('DDPG, normalized', true, {
    ...ddpg,
    ...normalized,
    actionLayer: 1,
    criticDecay: 0.01,
  }),
  updateOf('DPG, without targets', true, { ...ddpg, averaging: 1 }),
];

describe.each([
  ['onnx', onnxBackend],
  ['wasm', wasmBackend],
] as const)('on %s', (_, open) => {
  describeConformance({ describe, test, afterAll }, async () => open(), { cases });
});
