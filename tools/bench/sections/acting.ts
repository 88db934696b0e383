/** How long a policy takes to decide: its program alone, and the agent around it. */
import { generator } from '@ascent-rl/core/random';
import { actorCriticAgent } from '@ascent-rl/training';
import { prepare, type Contender } from '../contenders.ts';
import { interleave, timing, type Effort, type Run } from '../measure.ts';
import { model, type PolicyBenchmark } from '../programs/policy.ts';
import type { ActingRecord } from '../record.ts';

/** Times deterministic actions. */
export async function measureActing(
  benchmark: PolicyBenchmark,
  contenders: readonly Contender[],
  effort: Effort,
): Promise<ActingRecord> {
  const { count } = benchmark;
  const inputs = benchmark.inputs(generator(1));
  const observations = Float32Array.from(inputs['observation']!);
  const actions = new Float32Array(count);
  const runs: Run[] = [];
  const disposals: (() => void)[] = [];
  for (const contender of contenders) {
    const { run, dispose } = await prepare(contender, benchmark.program(), inputs);
    const parameters = contender.backend.allocate([model.layout.size]);
    parameters.write(inputs['parameters']!);
    const agent = actorCriticAgent({ model, backend: contender.backend, parameters, normalizer: undefined });
    const actor = await agent.batch(count);
    runs.push(run, () => actor.act(observations, actions));
    disposals.push(
      dispose,
      () => actor.dispose(),
      () => parameters.dispose(),
    );
  }
  const times = await interleave(runs, effort);
  for (const dispose of disposals) dispose();
  return {
    batch: count,
    results: contenders.map(({ name }, i) => ({
      contender: name,
      call: timing(times[2 * i]!),
      agent: timing(times[2 * i + 1]!),
    })),
  };
}
