/**
 * PPO of rl-ts on CartPole-v1, for `npm run bench:rl-ts -- --folder <folder>`: a folder in which rl-ts 0.0.11 and
 * @tensorflow/tfjs-backend-wasm 3 are installed. Its dependency numjs comes from GitHub; where that cannot be reached,
 * override it by numjs 0.16.1 of the registry, and @tensorflow/tfjs-node, whose library is a download, by
 * @tensorflow/tfjs.
 *
 * Reads lines `train <epochs>` and answers each when it is done. An epoch has 256 steps of the environment and 20 gradient
 * steps, each on all of them, for the policy and as many for the value: the numbers of our preset, which is rl-zoo3's.
 */
const Module = require('node:module');
const path = require('node:path');
const { createInterface } = require('node:readline');

const folder = path.join(process.argv[2], 'package.json');
const load = Module._load;
// numjs asks for a library for images that is not needed here, and not there without install scripts.
Module._load = (name, ...rest) => (name === 'sharp' ? {} : load(name, ...rest));
const from = Module.createRequire(folder);

async function main() {
  const tf = from('@tensorflow/tfjs');
  const wasm = from('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${path.dirname(from.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  await tf.setBackend('wasm');
  const { Environments, Models, Algos } = from('rl-ts');
  const makeEnvironment = () => new Environments.Examples.CartPole({ maxEpisodeSteps: 500 });
  const { observationSpace, actionSpace } = makeEnvironment();
  const model = new Models.MLPActorCritic(observationSpace, actionSpace, [64, 64], 'tanh');
  const ppo = new Algos.PPO(makeEnvironment, model, { actionToTensor: (action) => action.argMax(1) });
  const [pi_optimizer, vf_optimizer] = [tf.train.adam(1e-3), tf.train.adam(1e-3)];
  console.log(`rl-ts ${from('rl-ts/package.json').version}, tfjs-backend-wasm ${wasm.version_wasm}`);
  for await (const line of createInterface({ input: process.stdin })) {
    const epochs = Number(line.split(' ')[1]);
    const counts = { epochs, steps_per_epoch: 256, train_pi_iters: 20, train_v_iters: 20 };
    const rest = { target_kl: 1e9, seed: 1, verbosity: 'error', pi_optimizer, vf_optimizer };
    await ppo.train({ ...counts, ...rest });
    console.log('done');
  }
}

main();
