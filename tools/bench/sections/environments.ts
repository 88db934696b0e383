/** How fast environments step without anybody learning. */
import { generator } from '@ascent-rl/core/random';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { interleave, timing, type Effort } from '../measure.ts';
import { whole } from '../programs/benchmark.ts';
import type { EnvironmentRecord } from '../record.ts';

const id = 'CartPole-v1';
const counts = [8, 1024];

/** Times vector steps with random actions; episodes end and start anew as they do. */
export async function measureEnvironments(effort: Effort): Promise<EnvironmentRecord[]> {
  const random = generator(1);
  const environments = counts.map((count) => makeVectorEnvironment(id, { count }));
  const runs = environments.map((environment) => {
    environment.reset(1);
    const actions = Array.from({ length: 64 }, () => whole(random, environment.count, 2));
    let step = 0;
    return () => environment.step(actions[step++ % actions.length]!);
  });
  const times = await interleave(runs, effort);
  for (const environment of environments) environment.close();
  return counts.map((count, i) => ({ id, count, stepsPerSecond: (count * 1e6) / timing(times[i]!).median }));
}
