/** PPO's step as the ONNX graph of `hand-made-ppo.ts`, ready to run in ONNX Runtime on a benchmark's numbers. */
import type { Tensor } from 'onnxruntime-node';
import type { Prepared } from './contenders.ts';
import { handMadePpo } from './hand-made-ppo.ts';
import type { Inputs } from './programs/benchmark.ts';
import { ppoStep } from './programs/ppo.ts';

/** Name among the contenders. */
export const byHand = 'onnx graph by hand, 1 thread';

/** The graph's step. It gets its minibatch and Adam's corrections ready-made from the host. */
export async function prepareByHand(
  batchSize: number,
  inputs: Inputs,
): Promise<Prepared & { parameters(): Float32Array }> {
  const ort = await import('onnxruntime-node');
  const { config } = ppoStep(batchSize);
  const { model, size } = handMadePpo({ batch: batchSize, actions: 2, ...config });
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });

  const index = Array.from(inputs['index']!);
  const tensor = (numbers: ArrayLike<number>, dims: number[]): Tensor =>
    new ort.Tensor('float32', Float32Array.from(numbers), dims);
  const gather = (table: string, width: number) => {
    const numbers = Float32Array.from(inputs[`rollout.${table}`]!);
    const rows = index.flatMap((row) => [...numbers.subarray(row * width, (row + 1) * width)]);
    return tensor(rows, [batchSize, width]);
  };
  const feeds: Record<string, Tensor> = {
    theta: tensor(inputs['parameters']!, [size]),
    firstMoment: tensor(new Float32Array(size), [size]),
    secondMoment: tensor(new Float32Array(size), [size]),
    observation: gather('observations', 4),
    action: gather('actions', 1),
    oldLogProbability: gather('logProbabilities', 1),
    advantage: gather('advantages', 1),
    valueTarget: gather('valueTargets', 1),
  };
  const learningRate = inputs['learningRate']?.[0] ?? 0;
  let steps = 0;
  return {
    async run() {
      steps += 1;
      const root = Math.sqrt(1 - 0.999 ** steps);
      feeds['stepSize'] = tensor([(learningRate * root) / (1 - 0.9 ** steps)], []);
      feeds['rootEpsilon'] = tensor([config.adamEpsilon * root], []);
      const results = await session.run(feeds);
      feeds['theta'] = results['theta_next']!;
      feeds['firstMoment'] = results['first_next']!;
      feeds['secondMoment'] = results['second_next']!;
    },
    parameters: () => feeds['theta']!.data as Float32Array,
    dispose: () => void session.release(),
  };
}
