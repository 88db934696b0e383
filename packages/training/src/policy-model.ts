/**
 * A policy as an ONNX file that any runtime can use, without Ascent: normalization and the environment's limits are
 * inside, and the batch is of any size.
 *
 *   observation [batch, S] (flattened, as the environment gives it) · noise [batch, K]
 *   → action, sampled_action, and action_logits or action_mean and action_log_std
 *
 * Opset 15, IR 8.
 */
import { writeBatchModel } from '@ascent-rl/onnx';
import type { Agent } from './agent.ts';

/** Options of {@link policyModel}. */
export interface PolicyModelOptions {
  /** Texts by name, kept in the file as `metadata_props`, beside those about the spaces. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Version of the program that writes. */
  readonly producerVersion?: string;
  /**
   * Makes every caller feed `noise`. Otherwise it may be left out, and the sample is then the most likely action; but
   * ONNX Runtime's JavaScript packages ignore what is fed to an input that may be left out, so JavaScript needs this
   * for samples. Default false.
   */
  readonly requireNoise?: boolean;
}

/**
 * The bytes of an ONNX file with the agent's present parameters.
 *
 * @example
 * ```ts
 * await writeFile('policy.onnx', await policyModel(learner.agent));
 * ```
 */
export async function policyModel(
  agent: Agent,
  { metadata = {}, producerVersion = '', requireNoise = false }: PolicyModelOptions = {},
): Promise<Uint8Array> {
  const program = await agent.policyProgram();
  const isGaussian = program(1).outputs.some(({ name }) => name === 'action_mean');
  return writeBatchModel(program, {
    name: 'policy',
    producerVersion,
    metadata: {
      observation_space: String(agent.observationSpace),
      action_space: String(agent.actionSpace),
      ...metadata,
    },
    // The middle of the noise: a Gaussian's mean, and the likeliest choice.
    defaults: requireNoise ? {} : { noise: isGaussian ? 0 : 0.5 },
  });
}
