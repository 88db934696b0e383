/** The gradient steps of soft actor-critic are conformance cases, on ONNX Runtime and WebAssembly. */
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { describeConformance } from '@ascent-rl/core/conformance';
import { box, discrete } from '@ascent-rl/environments';
import { parseConfig } from '@ascent-rl/training';
import { learnerUpdateCase } from '../../training/fixtures/update-case.ts';
import { discreteSacModel, sacModel, sacSchema, sacUpdate, type SacModel } from './index.ts';

const config = parseConfig(sacSchema, { hiddenSizes: [8], batchSize: 16 }, 'sac');
const observationSpace = box({ low: -1, high: 1, shape: [3] });
const choices = { observationSpace, actionSpace: discrete(3) };

function updateOf(name: string, model: SacModel) {
  const { actor, criticLayout } = model;
  return learnerUpdateCase(name, actor, sacUpdate(model, config), {
    actor: actor.layout,
    critics: criticLayout,
    targets: criticLayout,
  });
}

const cases = [
  updateOf('SAC', sacModel({ observationSpace, actionSpace: box({ low: -1, high: 1, shape: [2] }) }, config)),
  updateOf('discrete SAC', discreteSacModel(choices, config)),
  updateOf(
    'discrete SAC with action masks',
    discreteSacModel({ ...choices, actionMasks: new Uint8Array(3) }, config),
  ),
];

describe.each([
  ['onnx', onnxBackend],
  ['wasm', wasmBackend],
] as const)('on %s', (_, open) => {
  describeConformance({ describe, test, afterAll }, async () => open(), { cases });
});
