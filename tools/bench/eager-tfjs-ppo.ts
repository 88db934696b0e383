/**
 * PPO's training step as users of TensorFlow.js write it: operations one after another, `variableGrads`, Adam. What the
 * compiled step is measured against.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { PpoStep, PpoStepData, PpoStepOptions } from './tfjs-ppo-data.ts';

/** Makes the step, for the active engine. */
export function eagerPpo(
  { parameters, shapes, ...data }: PpoStepData,
  { batch, actions, clipRange, valueWeight, maxGradientNorm, learningRate, epsilon }: PpoStepOptions,
): PpoStep {
  let start = 0;
  const variables = shapes.map((shape) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return tf.variable(tf.tensor(parameters.slice(start, (start += size)), [...shape]));
  });
  const rollout = {
    observation: tf.tensor2d(data.observation, [batch, 4]),
    action: tf.tensor1d(Int32Array.from(data.action), 'int32'),
    oldLogProbability: tf.tensor1d(data.oldLogProbability),
    advantage: tf.tensor1d(data.advantage),
    valueTarget: tf.tensor1d(data.valueTarget),
  };
  const index = tf.tensor1d(Int32Array.from(data.index), 'int32');
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, epsilon);

  const network = (observation: tf.Tensor, [w1, b1, w2, b2, w3, b3]: readonly tf.Tensor[]) => {
    const h1 = tf.tanh(tf.add(tf.matMul(observation, w1!), b1!));
    const h2 = tf.tanh(tf.add(tf.matMul(h1, w2!), b2!));
    return tf.add(tf.matMul(h2, w3!), b3!);
  };
  const loss = (): tf.Scalar => {
    const [observation, action, old, advantages, targets] = Object.values(rollout).map((table) =>
      tf.gather(table, index),
    );
    const logPolicy = tf.logSoftmax(network(observation!, variables.slice(0, 6)));
    const logProbability = tf.sum(tf.mul(logPolicy, tf.oneHot(action!, actions)), 1);
    const ratio = tf.exp(tf.sub(logProbability, old!));
    const centred = tf.sub(advantages!, tf.mean(advantages!));
    const deviation = tf.sqrt(tf.div(tf.sum(tf.square(centred)), batch - 1));
    const advantage = tf.div(centred, tf.add(deviation, 1e-8));
    const clipped = tf.clipByValue(ratio, 1 - clipRange, 1 + clipRange);
    const surrogate = tf.mean(tf.minimum(tf.mul(ratio, advantage), tf.mul(clipped, advantage)));
    const error = tf.sub(tf.squeeze(network(observation!, variables.slice(6)), [1]), targets!);
    return tf.sub(tf.mul(tf.mean(tf.square(error)), valueWeight), surrogate);
  };

  return {
    run() {
      tf.tidy(() => {
        const { grads } = tf.variableGrads(loss);
        const norm = tf.sqrt(tf.addN(Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)))));
        const scale = tf.minimum(tf.div(maxGradientNorm, tf.add(norm, 1e-6)), 1);
        const clipped = Object.entries(grads).map(([name, gradient]) => ({
          name,
          tensor: tf.mul(gradient, scale),
        }));
        optimizer.applyGradients(clipped);
      });
    },
    parameters: () => Float32Array.from(variables.flatMap((variable) => [...variable.dataSync()])),
  };
}
