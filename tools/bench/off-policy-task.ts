/** What the contenders of `npm run bench:off-policy` do. */
import { matmul } from './programs/matmul.ts';

export const environmentId = 'Pendulum-v1';

/** The same for SAC, TD3 and DDPG. */
export const options = { hiddenSizes: [256, 256], batchSize: 256, bufferSize: 100_000 };

/** Steps of one iteration of a learner, and of one request to a contender. */
export const stepsPerIteration = 50;

/** The yardstick. */
export const product = matmul(256, 256, 256);
