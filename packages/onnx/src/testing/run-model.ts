/** Running a model with plain onnxruntime-node, as people do who receive the file. */
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Numbers and shape of an input. */
export type Fed = readonly [numbers: readonly number[], shape: readonly number[]];

/** Runs a model once; the outputs' numbers by name. */
export async function runModel(
  model: Uint8Array,
  inputs: Readonly<Record<string, Fed>>,
): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, [numbers, shape]]) => [
      name,
      new Tensor('float32', Float32Array.from(numbers), shape),
    ]),
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  );
}
