/** Whole updates are conformance cases: twenty steps in place as in the float64 interpreter. */
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { describeConformance } from '@ascent-rl/core/conformance';
import { box, discrete } from '@ascent-rl/environments';
import { actorCritic, parseConfig } from '@ascent-rl/training';
import { learnerUpdateCase } from '../../training/fixtures/update-case.ts';
import { a3cGradient, a3cSchema } from './a3c/index.ts';
import { a2cSchema, a2cUpdate, onlineActorCriticSchema, onlineActorCriticUpdate } from './index.ts';

const rows = 16;
const network = { hiddenSizes: [8], entropyWeight: 0.01 };
const observationSpace = box({ low: -1, high: 1, shape: [3] });
const spaces = [
  ['choices', discrete(3)],
  ['real numbers', box({ low: -1, high: 1, shape: [2] })],
] as const;

const cases = spaces.flatMap(([name, actionSpace]) => {
  const synchronous = parseConfig(a2cSchema, network, 'a2c');
  const asynchronous = parseConfig(a3cSchema, network, 'a3c');
  const online = parseConfig(onlineActorCriticSchema, network, 'actor-critic');
  const model = actorCritic({ observationSpace, actionSpace }, synchronous);
  return [
    learnerUpdateCase(`A2C with ${name}`, model, a2cUpdate(model, synchronous, rows)),
    learnerUpdateCase(`A3C's gradient with ${name}`, model, a3cGradient(model, asynchronous, rows)),
    learnerUpdateCase(
      `online actor-critic with ${name}`,
      model,
      onlineActorCriticUpdate(model, online, rows),
    ),
  ];
});

describe.each([
  ['onnx', onnxBackend],
  ['wasm', wasmBackend],
] as const)('on %s', (_, open) => {
  describeConformance({ describe, test, afterAll }, async () => open(), { cases });
});
