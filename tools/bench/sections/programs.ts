/** Programs on every contender, each in turn with the yardstick on the same contender. */
import { costOf, simplify } from '@ascent-rl/core';
import { AscentError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import { byHand, prepareByHand } from '../by-hand.ts';
import { prepare, type Contender, type Prepared } from '../contenders.ts';
import { interleave, timing, type Effort } from '../measure.ts';
import type { Benchmark } from '../programs/benchmark.ts';
import { isPpo } from '../programs/ppo.ts';
import type { ProgramRecord, ProgramResult } from '../record.ts';

/** Times a program on each contender that can run it, and the yardstick where there is one. */
export async function measureProgram(
  benchmark: Benchmark,
  contenders: readonly Contender[],
  effort: Effort,
  yardstick?: Benchmark,
): Promise<ProgramRecord> {
  const { operations, inputs, prepared } = await prepareAll(benchmark, contenders);
  const peak = yardstick === undefined ? undefined : await prepareAll(yardstick, contenders);
  if (isPpo(benchmark) && contenders.some(({ backend }) => backend.name === 'onnx')) {
    prepared.set(byHand, await prepareByHand(benchmark.batchSize, inputs));
  }
  const all = [...prepared.values(), ...(peak?.prepared.values() ?? [])];
  const measured = await interleave(
    all.map(({ run }) => run),
    effort,
  );
  const times = new Map(all.map((each, i) => [each, timing(measured[i]!)]));
  for (const { dispose } of all) dispose();

  const resultOf = ([contender, each]: [string, Prepared]): ProgramResult => {
    const time = times.get(each)!;
    const { compileTime, moduleBytes } = each;
    const twin = peak?.prepared.get(contender);
    return {
      contender,
      time,
      // Of the best turns: on a busy machine the middle ones tell more of their neighbours.
      ...(peak &&
        twin && { shareOfPeak: operations / time.best / (peak.operations / times.get(twin)!.best) }),
      ...(compileTime !== undefined && { compileTime }),
      ...(moduleBytes !== undefined && { moduleBytes }),
    };
  };
  const { name, description } = benchmark;
  return { name, description, operations, results: [...prepared].map(resultOf) };
}

/** A benchmark compiled on each contender that can, by the contender's name. */
async function prepareAll(benchmark: Benchmark, contenders: readonly Contender[]) {
  const program = simplify(benchmark.program());
  const inputs = benchmark.inputs(generator(1));
  const prepared = new Map<string, Prepared>();
  for (const contender of contenders) {
    try {
      prepared.set(contender.name, await prepare(contender, program, inputs));
    } catch (error) {
      if (!(error instanceof AscentError)) throw error;
      console.warn(`left out: ${benchmark.name} on ${contender.name}: ${error.message.split('\n')[0]}`);
    }
  }
  return { operations: costOf(program).operations, inputs, prepared };
}
