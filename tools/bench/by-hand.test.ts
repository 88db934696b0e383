/** The graph by hand and the compiled step, which are compared for speed, compute the same. */
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { generator } from '@ascent-rl/core/random';
import { compileProgram } from '@ascent-rl/training';
import { prepareByHand } from './by-hand.ts';
import { ppo } from './programs/ppo.ts';

test('one PPO step by hand and compiled agree to 1e-6', async () => {
  const { batchSize, program, inputs } = ppo(64);
  const numbers = { ...inputs(generator(1)), learningRate: [3e-4] };
  const hand = await prepareByHand(batchSize, numbers);
  await hand.run();

  const backend = await onnxBackend();
  const { places, run } = await compileProgram(backend, program());
  for (const [name, values] of Object.entries(numbers)) places[name]!.write(values);
  await run();
  const compiled = await places['parameters']!.read();
  const expected = hand.parameters();
  compiled.forEach((x, i) => expect(Math.abs(x - expected[i]!)).toBeLessThan(1e-6));

  hand.dispose();
  await backend.close();
});
