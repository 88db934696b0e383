/** The programs of REINFORCE are conformance cases, on ONNX Runtime and WebAssembly. */
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { describeConformance } from '@ascent-rl/core/conformance';
import { box, discrete } from '@ascent-rl/environments';
import { parseConfig } from '@ascent-rl/training';
import { learnerUpdateCase } from '../../training/fixtures/update-case.ts';
import { ascent, baselineFit, policyGradient, reinforceModel, reinforceSchema } from './index.ts';

const config = parseConfig(reinforceSchema, { hiddenSizes: [8], batchSize: 16 }, 'reinforce');
const observationSpace = box({ low: -1, high: 1, shape: [3] });
const cases = (
  [
    ['a choice of two', discrete(2)],
    ['choices', discrete(3)],
    ['real numbers', box({ low: -1, high: 1, shape: [2] })],
  ] as const
).flatMap(([name, actionSpace]) => {
  const model = reinforceModel({ observationSpace, actionSpace }, config);
  return [
    learnerUpdateCase(`REINFORCE's gradient with ${name}`, model, policyGradient(model, config)),
    learnerUpdateCase(`REINFORCE's ascent with ${name}`, model, ascent(model, config)),
    learnerUpdateCase(`REINFORCE's baseline with ${name}`, model, baselineFit(model, config)),
  ];
});

describe.each([
  ['onnx', onnxBackend],
  ['wasm', wasmBackend],
] as const)('on %s', (_, open) => {
  describeConformance({ describe, test, afterAll }, async () => open(), { cases });
});
