/**
 * Whole training steps: forward, backward, clipping, optimiser, in one program over flat parameter vectors, run
 * several times in place. Algorithms add theirs with {@link updateCase}.
 */
import { gatherAlong, logSoftmax, minimumOf, relu, softmax } from '../../tensor/functions.ts';
import { gradient } from '../../tensor/gradient.ts';
import { trace } from '../../tensor/program.ts';
import { sizeOf, type Shape } from '../../tensor/shape.ts';
import { simplify } from '../../simplify/simplify.ts';
import { conv2d } from '../../tensor/constructors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { updateCase, type ConformanceCase } from '../case.ts';
import { real, whole } from '../numbers.ts';

const batch = 16;
const numbers = (shape: Shape, seed: number): Float32Array => real(shape)(seed).values;
const parameters = (size: number, seed: number): Float32Array => real([size], -0.5, 0.5)(seed).values;
const indices = (limit: number, seed: number): Float32Array => whole([batch], limit)(seed).values;
const totalSize = (shapes: readonly Shape[]): number => shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);

/** Cuts a flat vector into tensors of the given shapes. */
function unpack(flat: Tensor, shapes: readonly Shape[]): Tensor[] {
  let start = 0;
  return shapes.map((shape) => flat.slice(0, start, (start += sizeOf(shape))).reshape(shape));
}

const network: readonly Shape[] = [[4, 8], [8], [8, 3], [3]];

/** Two layers with tanh between: [B, 4] → [B, 3]. */
function multilayer(flat: Tensor, x: Tensor): Tensor {
  const [w1, b1, w2, b2] = unpack(flat, network) as [Tensor, Tensor, Tensor, Tensor];
  return x.matmul(w1).add(b1).tanh().matmul(w2).add(b2);
}

/** Scales a gradient down to a norm of at most `limit`. */
function clipNorm(slope: Tensor, limit: number): Tensor {
  const norm = slope.square().sum().sqrt();
  return slope.mul(limit).div(norm.max(limit));
}

const size = totalSize(network);

const gradientDescent = updateCase({
  name: 'regression with gradient descent',
  program: trace(
    ({ w, x, y }) => {
      const loss = multilayer(w, x).sub(y).square().mean();
      return { w: w.sub(gradient(loss, w).mul(0.1)), loss };
    },
    { w: [size], x: [batch, 4], y: [batch, 3] },
  ),
  inputs: { w: parameters(size, 1), x: numbers([batch, 4], 2), y: numbers([batch, 3], 3) },
  carry: { w: 'w' },
});

/** Kingma and Ba 2015, algorithm 1; the step counts inside the program. */
const adam = updateCase({
  name: 'regression with Adam',
  program: trace(
    ({ w, m, v, step, x, y }) => {
      const loss = multilayer(w, x).sub(y).square().mean();
      const slope = gradient(loss, w);
      const t = step.add(1);
      const first = m.mul(0.9).add(slope.mul(0.1));
      const second = v.mul(0.999).add(slope.square().mul(0.001));
      const corrected = (moment: Tensor, decay: number) =>
        moment.div(t.mul(Math.log(decay)).exp().neg().add(1));
      const change = corrected(first, 0.9).div(corrected(second, 0.999).sqrt().add(1e-5));
      return { w: w.sub(change.mul(0.01)), m: first, v: second, step: t, loss };
    },
    { w: [size], m: [size], v: [size], step: [], x: [batch, 4], y: [batch, 3] },
  ),
  inputs: {
    w: parameters(size, 4),
    m: new Float32Array(size),
    v: new Float32Array(size),
    step: [0],
    x: numbers([batch, 4], 5),
    y: numbers([batch, 3], 6),
  },
  carry: { w: 'w', m: 'm', v: 'v', step: 'step' },
});

/** A categorical policy's gradient with an entropy bonus, the gradient clipped by its norm (Williams 1992). */
const policyGradient = updateCase({
  name: 'policy gradient with entropy and clipped norm',
  program: trace(
    ({ w, observation, action, advantage }) => {
      const logits = multilayer(w, observation);
      const logProbabilities = logSoftmax(logits);
      const entropy = softmax(logits).mul(logProbabilities).sum(-1).neg().mean();
      const surrogate = gatherAlong(logProbabilities, action).mul(advantage).mean();
      const loss = surrogate.add(entropy.mul(0.01)).neg();
      return { w: w.sub(clipNorm(gradient(loss, w), 0.5).mul(0.5)), loss, entropy };
    },
    { w: [size], observation: [batch, 4], action: [batch], advantage: [batch] },
  ),
  inputs: {
    w: parameters(size, 7),
    observation: numbers([batch, 4], 8),
    action: indices(3, 9),
    advantage: numbers([batch], 10),
  },
  carry: { w: 'w' },
});

const critics: readonly Shape[] = [
  [2, 4, 8],
  [2, 1, 8],
  [2, 8, 1],
];

/** Two critics as one batched product: [B, 4] → [2, B]. */
function twinCritics(flat: Tensor, x: Tensor): Tensor {
  const [w1, b1, w2] = unpack(flat, critics) as [Tensor, Tensor, Tensor];
  const h = x.broadcast([2, batch, 4]).matmul(w1).add(b1);
  return relu(h).matmul(w2).reshape([2, batch]);
}

/** Clipped double Q-learning with Polyak-averaged targets (Fujimoto et al. 2018). */
const twins = updateCase({
  name: 'twin critics with a target network',
  program: trace(
    ({ w, target, x, next, reward }) => {
      const [one, two] = [0, 1].map((i) =>
        twinCritics(target, next)
          .slice(0, i, i + 1)
          .squeeze(0),
      ) as [Tensor, Tensor];
      const goal = minimumOf([one, two]).mul(0.99).add(reward).stopGradient();
      const loss = twinCritics(w, x).sub(goal).square().mean(1).sum();
      const stepped = w.sub(gradient(loss, w).mul(0.02));
      return { w: stepped, target: target.mul(0.95).add(stepped.mul(0.05)), loss };
    },
    {
      w: [totalSize(critics)],
      target: [totalSize(critics)],
      x: [batch, 4],
      next: [batch, 4],
      reward: [batch],
    },
  ),
  inputs: {
    w: parameters(totalSize(critics), 11),
    target: parameters(totalSize(critics), 12),
    x: numbers([batch, 4], 13),
    next: numbers([batch, 4], 14),
    reward: numbers([batch], 15),
  },
  carry: { w: 'w', target: 'target' },
});

const imageNetwork: readonly Shape[] = [
  [3, 2, 3, 3],
  [3, 1, 1],
  [12, 4],
];

const images = updateCase({
  name: 'image classification with convolution and momentum',
  program: trace(
    ({ w, velocity, image, label }) => {
      const [filter, bias, out] = unpack(w, imageNetwork) as [Tensor, Tensor, Tensor];
      const features = relu(conv2d(image, filter, { stride: [2, 2] }).add(bias));
      const logits = features.reshape([batch, 12]).matmul(out);
      const loss = gatherAlong(logSoftmax(logits), label).mean().neg();
      const moved = velocity.mul(0.9).add(gradient(loss, w));
      return { w: w.sub(moved.mul(0.05)), velocity: moved, loss };
    },
    {
      w: [totalSize(imageNetwork)],
      velocity: [totalSize(imageNetwork)],
      image: [batch, 2, 6, 6],
      label: [batch],
    },
  ),
  inputs: {
    w: parameters(totalSize(imageNetwork), 16),
    velocity: new Float32Array(totalSize(imageNetwork)),
    image: numbers([batch, 2, 6, 6], 17),
    label: indices(4, 18),
  },
  carry: { w: 'w', velocity: 'velocity' },
});

/** The updates as they are traced. */
export const tracedUpdates: readonly ConformanceCase[] = [
  gradientDescent,
  adam,
  policyGradient,
  twins,
  images,
];

/** Cases of whole updates, simplified as they are before training. */
export const updateCases: readonly ConformanceCase[] = tracedUpdates.map((update) => ({
  ...update,
  program: simplify(update.program),
}));
