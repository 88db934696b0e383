/** Gradient estimates at fixed parameters, one after the other: what a student compares the options by. */
import type { Backend } from '@ascent-rl/core';
import { generator } from '@ascent-rl/core/random';
import type { VectorEnvironment } from '@ascent-rl/environments';
import { compileProgram, parseConfig } from '@ascent-rl/training';
import { episodeCollector } from './episodes.ts';
import { judge } from './judgement.ts';
import { reinforceSchema, type ReinforceOptions } from './reinforce-config.ts';
import { forEachBatch, policyGradient, reinforceModel } from './reinforce.ts';

/** Draws estimates of one policy's gradient. */
export interface GradientSampler {
  /** ∇J [P] from the next `episodesPerUpdate` episodes; 0 where a parameter is the baseline's. */
  sample(): Promise<Float32Array>;
  /** Releases its programs; the environment is the caller's. */
  dispose(): void;
}

/** What a sampler is made of. */
export interface GradientSamplerOptions {
  /** One environment. */
  readonly environment: VectorEnvironment;
  readonly backend: Backend;
  readonly config: ReinforceOptions;
  /** θ and the values' parameters, [P], as {@link reinforceModel} lays them out. */
  readonly parameters: ArrayLike<number>;
  /** Of episodes and actions. */
  readonly seed: number;
}

/** A sampler of gradients; nothing is learned. Throws ConfigError as {@link reinforce} does. */
export async function gradientSampler({
  environment,
  backend,
  config: options,
  parameters,
  seed,
}: GradientSamplerOptions): Promise<GradientSampler> {
  const config = parseConfig(reinforceSchema, options, 'reinforce');
  const model = reinforceModel(environment, config);
  const estimate = await compileProgram(backend, policyGradient(model, config));
  const place = estimate.places['parameters']!;
  place.write(parameters);
  const random = generator(seed);
  const collector = await episodeCollector({
    environment,
    backend,
    model,
    parameters: place,
    random,
    config,
  });
  const judgement = judge(config);
  collector.start(seed);
  const zeros = new Float32Array(model.layout.size);

  return {
    async sample() {
      const { length } = await collector.collect(config.episodesPerUpdate);
      judgement.judge(collector.record, collector.rows, length);
      estimate.places['gradient']!.write(zeros);
      await forEachBatch(estimate, collector.record, collector.rows);
      // The program descends a loss; the return is to be ascended.
      return (await estimate.places['gradient']!.read()).map((slope) => -slope);
    },
    dispose() {
      collector.dispose();
      estimate.dispose();
    },
  };
}
