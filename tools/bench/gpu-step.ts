/**
 * `npm run bench:gpu-step`: one PPO training step on gpu.js's WebAssembly, compiled by us and as a pipeline of kernels
 * written by hand, in turn in one process with the other backends. All work on the same numbers, and the two on gpu.js
 * are compared first.
 *
 * Prints µs for batches 64, 256 and 1024; `--out file.json` writes them with the machine.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gpuBackend } from '@ascent-rl/backend-gpu';
import { generator } from '@ascent-rl/core/random';
import { compileProgram } from '@ascent-rl/training';
import gpujs from 'gpu.js';
import { format } from 'prettier';
import { loadBackend } from '../../apps/cli/src/registry.ts';
import { handMadeGpuPpo, type GpuEngine } from './hand-made-gpu-ppo.ts';
import { interleave, timing, type Run } from './measure.ts';
import { ppo, ppoStep } from './programs/ppo.ts';
import { describeMachine } from './record.ts';

const { values } = parseArgs({
  options: { out: { type: 'string' }, repeats: { type: 'string', default: '31' } },
});
const learningRate = 3e-4;
const others = ['wasm', 'onnx', 'tfjs'] as const;
const backends = {
  gpu: await gpuBackend({ mode: 'webasm' }),
  ...Object.fromEntries(
    await Promise.all(others.map(async (name) => [name, await loadBackend(name)] as const)),
  ),
};
const { GPU, input } = gpujs as unknown as Pick<typeof gpujs, 'GPU'> & Pick<GpuEngine, 'input'>;
const engine = { gpu: new GPU({ mode: 'webasm' }), input };

async function measure(batch: number) {
  const { program, inputs } = ppo(batch);
  const numbers = { ...inputs(generator(1)), learningRate: [learningRate] };
  const byHand = handMadeGpuPpo(engine, numbers, { ...ppoStep(batch).config, batch, learningRate });
  const steps = await Promise.all(
    Object.entries(backends).map(async ([name, backend]) => {
      const step = await compileProgram(backend, program());
      for (const [input, given] of Object.entries(numbers)) step.places[input]!.write(given);
      return { name, ...step };
    }),
  );
  const compiled = steps[0]!;
  await Promise.all([compiled.run(), byHand.run()]);
  const ours = await compiled.places['parameters']!.read();
  const theirs = byHand.parameters();
  const difference = Math.max(...ours.map((x, i) => Math.abs(x - theirs[i]!)));
  if (!(difference < 1e-6)) throw new Error(`the step by hand differs by ${difference}`);

  const runs: Run[] = [() => byHand.run(), ...steps.map(({ run }) => run)];
  const times = await interleave(runs, { repeats: Number(values.repeats), turn: 25 });
  for (const step of steps) step.dispose();
  await byHand.dispose();
  // Neighbours in time share what else the machine did, so the turns are compared one by one.
  const ratios = times[1]!.map((time, turn) => time / times[0]![turn]!).sort((a, b) => a - b);
  const rounded = (name: string, i: number) => {
    const { median, best } = timing(times[i]!);
    return [name, { median: Math.round(median), best: Math.round(best) }] as const;
  };
  return {
    batch,
    overhead: Number(ratios[ratios.length >> 1]!.toFixed(3)),
    microseconds: Object.fromEntries([
      rounded('gpu by hand', 0),
      ...steps.map(({ name }, i) => rounded(name, i + 1)),
    ]),
  };
}

const results = [];
for (const batch of [64, 256, 1024]) results.push(await measure(batch));
for (const backend of Object.values(backends)) await backend.close();
await engine.gpu.destroy();
console.log(JSON.stringify(results, null, 1));
if (values.out !== undefined) {
  const record = { command: 'npm run bench:gpu-step', ...describeMachine(), results };
  writeFileSync(values.out, await format(JSON.stringify(record), { parser: 'json', printWidth: 110 }));
}
