/**
 * The bridge from supervised learning: where labels say what to do, ascending log π(label|x) is classification; where
 * they do not, sampled actions take their place, weighted by what came of them.
 */
import { gradient, logSumExp, oneHot, softplus, trace, type Tensor } from '@ascent-rl/core';
import { bernoulli, layout, mlp, multiCategorical } from '@ascent-rl/core/nn';
import { sgd } from '@ascent-rl/core/optim';
import { generator } from '@ascent-rl/core/random';
import { interpret } from '@ascent-rl/core/reference';
import { policyGradientLoss } from './index.ts';

const rows = 64;
const random = generator(4);
const observations = Float64Array.from({ length: rows * 2 }, () => random.standardNormal());

const kinds = [
  {
    name: 'logistic regression, two classes and one logit',
    classes: 2,
    outputs: 1,
    policy: (logits: Tensor) => bernoulli(logits),
    // −y log σ(z) − (1 − y) log(1 − σ(z))
    crossEntropy: (logits: Tensor, labels: Tensor) => softplus(logits).sub(logits.mul(labels)).sum(1),
  },
  {
    name: 'softmax regression, three classes',
    classes: 3,
    outputs: 3,
    policy: (logits: Tensor) => multiCategorical(logits, [3]),
    // −log softmax(z)ᵧ
    crossEntropy: (logits: Tensor, labels: Tensor) =>
      logSumExp(logits).sub(logits.mul(oneHot(labels.squeeze(1), 3)).sum(1)),
  },
] as const;

describe.each(kinds)('$name', ({ classes, outputs, policy, crossEntropy }) => {
  const network = mlp({ sizes: [2, 16, outputs] });
  const parameters = layout({ network: network.parameters });
  const shapes = { theta: [parameters.size], x: [rows, 2], actions: [rows, 1], weights: [rows] } as const;
  const initial = parameters.initialize(generator(1));
  /** The class of a point is the third, or half, of the plane that it is in. */
  const labels = Float64Array.from({ length: rows }, (_, i) => {
    const angle = Math.atan2(observations[2 * i + 1]!, observations[2 * i]!);
    return Math.floor(((angle + Math.PI) / (2 * Math.PI)) * classes * 0.999);
  });

  test('with weight 1 the policy gradient is the gradient of the cross-entropy', () => {
    const both = trace(({ theta, x, actions, weights }) => {
      const tree = parameters.unpack(theta);
      const logits = network.apply(tree['network'], x);
      const slope = (loss: Tensor) => parameters.pack(gradient(loss, tree));
      return {
        policyGradient: slope(policyGradientLoss(policy(logits), actions, weights)),
        crossEntropy: slope(crossEntropy(logits, actions).sum()),
      };
    }, shapes);
    const weights = new Float64Array(rows).fill(1);
    const slopes = interpret(both, { theta: initial, x: observations, actions: labels, weights });
    expect(slopes['crossEntropy']!.some((value) => Math.abs(value) > 0.1)).toBe(true);
    slopes['crossEntropy']!.forEach((value, i) =>
      expect(slopes['policyGradient']![i]).toBeCloseTo(value, 12),
    );
  });

  test('labels teach a network, and so do its own actions weighted by whether they were right', () => {
    const step = trace(({ theta, x, actions, weights }) => {
      const tree = parameters.unpack(theta);
      const loss = policyGradientLoss(policy(network.apply(tree['network'], x)), actions, weights);
      const slope = parameters.pack(gradient(loss, tree));
      return sgd().update({ parameters: theta, gradient: slope, state: {}, learningRate: 1 });
    }, shapes);
    const act = trace(
      ({ theta, x, noise }) => {
        const distribution = policy(network.apply(parameters.unpack(theta)['network'], x));
        return { sampled: distribution.sample(noise), best: distribution.mode() };
      },
      { theta: [parameters.size], x: [rows, 2], noise: [rows, outputs] },
    );
    const actions = (theta: ArrayLike<number>) => {
      const noise = Float64Array.from({ length: rows * outputs }, () => random.random());
      return interpret(act, { theta, x: observations, noise });
    };
    const share = (chosen: ArrayLike<number>) =>
      labels.filter((label, i) => label === chosen[i]).length / rows;

    const train = (
      steps: number,
      experience: (theta: ArrayLike<number>) => [ArrayLike<number>, number[]],
    ) => {
      let theta: ArrayLike<number> = initial;
      for (let n = 0; n < steps; n++) {
        const [taken, weights] = experience(theta);
        const scaled = weights.map((weight) => weight / rows);
        theta = interpret(step, { theta, x: observations, actions: taken, weights: scaled })['parameters']!;
      }
      return share(actions(theta)['best']!);
    };
    expect(share(actions(initial)['best']!)).toBeLessThan(0.9);
    expect(train(200, () => [labels, Array<number>(rows).fill(1)])).toBeGreaterThan(0.95);
    const byReturn = train(800, (theta) => {
      const { sampled } = actions(theta);
      return [sampled!, Array.from(labels, (label, i) => (label === sampled![i] ? 1 : 0))];
    });
    expect(byReturn).toBeGreaterThan(0.9);
  });
});
