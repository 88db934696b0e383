/** Long runs of Gymnasium, resets between episodes included: every float32 observation is the same, and every reward. */
import { readFileSync } from 'node:fs';
import { actionSize, flatSize, makeEnvironment, makeVectorEnvironment } from '../index.ts';

interface Rollout {
  readonly seed: number;
  readonly actions: string;
  /** Of resets and steps, in the order in which they were seen. */
  readonly observations: string;
  readonly rewards?: string;
  /** A digit a step: 1 terminated, 2 truncated. */
  readonly ends: string;
}

const { rollouts } = JSON.parse(
  readFileSync(new URL('../../fixtures/rollouts.json', import.meta.url), 'utf8'),
) as { rollouts: Record<string, Rollout> };

const bytes = (base64: string): ArrayBuffer => Uint8Array.from(Buffer.from(base64, 'base64')).buffer;

describe.each(Object.entries(rollouts))('%s', (id, rollout) => {
  const actions = new Float32Array(bytes(rollout.actions));
  const observations = new Float32Array(bytes(rollout.observations));
  const rewards = rollout.rewards ? new Float64Array(bytes(rollout.rewards)) : undefined;

  test(`${rollout.ends.length} steps of one environment`, () => {
    const environment = makeEnvironment(id);
    const seen: number[] = [...(environment.reset({ seed: rollout.seed }).observation as Float32Array)];
    const ends = Array.from(actions, (action, i) => {
      const result = environment.step(environment.actionSpace.kind === 'Box' ? [action] : action);
      seen.push(...(result.observation as Float32Array));
      // V8's and glibc's sines differ in the last bit now and then.
      if (rewards) expect(result.reward).toBeCloseTo(rewards[i]!, 12);
      if (result.terminated || result.truncated)
        seen.push(...(environment.reset().observation as Float32Array));
      return Number(result.terminated) + 2 * Number(result.truncated);
    });
    expect(ends.join('')).toBe(rollout.ends);
    expect(Float32Array.from(seen)).toEqual(observations);
  });

  test(`${rollout.ends.length} steps of a vectorised environment`, () => {
    const vector = makeVectorEnvironment(id, { count: 1 });
    expect([vector.actionSize, vector.observationSize]).toEqual([
      actionSize(vector.actionSpace),
      flatSize(vector.observationSpace),
    ]);
    vector.reset(rollout.seed);
    const seen: number[] = [...vector.observations];
    const ends = Array.from(actions, (_, i) => {
      vector.step(actions.subarray(i, i + 1));
      const end = vector.terminated[0]! + 2 * vector.truncated[0]!;
      if (end > 0) seen.push(...vector.finalObservations);
      seen.push(...vector.observations);
      return end;
    });
    expect(ends.join('')).toBe(rollout.ends);
    expect(Float32Array.from(seen)).toEqual(observations);
  });
});
