import { generator } from '@ascent-rl/core/random';
import { gaussianNoise, ornsteinUhlenbeckNoise } from './exploration-noise.ts';

const options = { environments: 2, actionSize: 1, deviation: 0.2 };

test('Gaussian noise has the deviation asked for, and actions stay within ±1', () => {
  const noise = gaussianNoise({ ...options, random: generator(1) });
  const actions = new Float32Array(20_000);
  noise.addTo(actions);
  const variance = actions.reduce((sum, x) => sum + x * x, 0) / actions.length;
  expect(Math.sqrt(variance)).toBeCloseTo(0.2, 2);
  const edge = new Float32Array(1000).fill(0.95);
  noise.addTo(edge);
  expect(Math.max(...edge)).toBe(1);
});

test('an Ornstein-Uhlenbeck process is x ← x − θ x Δt + σ √Δt ε', () => {
  const [reversion, timeStep] = [0.15, 0.04];
  const noise = ornsteinUhlenbeckNoise({ ...options, random: generator(5), reversion, timeStep });
  const draws = generator(5);
  const x = [0, 0];
  for (let step = 0; step < 10; step++) {
    const actions = new Float32Array(2);
    noise.addTo(actions);
    for (let e = 0; e < 2; e++) {
      x[e] = x[e]! - reversion * x[e]! * timeStep + 0.2 * Math.sqrt(timeStep) * draws.standardNormal();
      expect(actions[e]).toBeCloseTo(x[e]!, 6);
    }
  }
});

test('it starts at 0 again in the environment whose episode ended, and only there', () => {
  const noise = ornsteinUhlenbeckNoise({ ...options, random: generator(1), reversion: 0, timeStep: 1 });
  noise.addTo(new Float32Array(2));
  noise.restart([0, 0], [0, 1]);
  const [first, second] = noise.state()['exploration.process'] as Float64Array;
  expect(first).not.toBe(0);
  expect(second).toBe(0);
});

test('restored, a process goes on', () => {
  const make = () =>
    ornsteinUhlenbeckNoise({ ...options, random: generator(1), reversion: 0.1, timeStep: 1 });
  const [first, second] = [make(), make()];
  first.addTo(new Float32Array(2));
  second.restore({ arrays: first.state() });
  expect(second.state()).toEqual(first.state());
});
