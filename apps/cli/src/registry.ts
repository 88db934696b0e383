/**
 * What the command knows: the one file that names every algorithm and backend. Environments come from the registry of
 * their package. Adding an algorithm or a backend is one entry here.
 */
import {
  a2c,
  a2cPresets,
  a2cSchema,
  onlineActorCritic,
  onlineActorCriticPresets,
  onlineActorCriticSchema,
} from '@ascent-rl/actor-critic';
import type { GpuMode } from '@ascent-rl/backend-gpu';
import type { OnnxBackendOptions } from '@ascent-rl/backend-onnx';
import type { TfjsBackendOptions } from '@ascent-rl/backend-tfjs';
import { a3c, a3cPresets, a3cSchema } from '@ascent-rl/actor-critic/a3c';
import type { Backend } from '@ascent-rl/core';
import { BackendError, ConfigError } from '@ascent-rl/core/errors';
import {
  ddpg,
  ddpgPaperOptions,
  ddpgPresets,
  ddpgSchema,
  dpg,
  dpgPresets,
  dpgSchema,
  td3,
  td3Presets,
  td3Schema,
} from '@ascent-rl/deterministic';
import { nearestNames } from '@ascent-rl/environments';
import { reinforce, reinforcePresets, reinforceSchema } from '@ascent-rl/reinforce';
import {
  discreteSac,
  discreteSacPresets,
  discreteSacSchema,
  sac,
  sacPresets,
  sacSchema,
} from '@ascent-rl/maximum-entropy';
import type { Learner, LearnerOptions } from '@ascent-rl/training';
import { ppo, ppoPresets, ppoSchema, trpo, trpoPresets, trpoSchema } from '@ascent-rl/trust-region';
import { dqn, dqnPresets, dqnSchema } from '@ascent-rl/value-based';
import type { z } from 'zod';

/** An algorithm by name. */
export interface Algorithm {
  readonly description: string;
  /** Its hyper-parameters: types, ranges, defaults, meanings. */
  readonly schema: z.ZodObject;
  /** Tuned hyper-parameters by environment. */
  readonly presets: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Starts or continues a training; its agent acts. */
  learner(options: LearnerOptions<Readonly<Record<string, unknown>>>): Promise<Learner>;
}

/** A backend by name. */
export interface BackendEntry {
  readonly description: string;
  /** What to run where its engine is missing. */
  readonly install: string;
  /** Engines to choose from as in `tfjs:cpu`, each with what to run where it is missing. */
  readonly engines?: Readonly<Record<string, string>>;
  /** Loads its engine. */
  load(options?: BackendOptions): Promise<Backend>;
}

/** What a caller may ask of a backend; what it got stands in the backend's capabilities. */
export interface BackendOptions {
  /** Threads that one program may use; default: as the backend has it. A backend without threads ignores it. */
  readonly threads?: number;
  /** One of the backend's engines; default: the best that is installed. */
  readonly engine?: string;
}

/** The algorithms. */
export const algorithms: Readonly<Record<string, Algorithm>> = {
  ppo: entry({
    description: 'proximal policy optimization with clipping (Schulman et al. 2017)',
    schema: ppoSchema,
    presets: ppoPresets,
    learner: ppo,
  }),
  trpo: entry({
    description: 'trust region policy optimization (Schulman et al. 2015)',
    schema: trpoSchema,
    presets: trpoPresets,
    learner: trpo,
  }),
  reinforce: entry({
    description: 'the Monte Carlo policy gradient, every step of its story an option (Williams 1992)',
    schema: reinforceSchema,
    presets: reinforcePresets,
    learner: reinforce,
  }),
  a2c: entry({
    description: 'advantage actor-critic, the synchronous A3C (Mnih et al. 2016)',
    schema: a2cSchema,
    presets: a2cPresets,
    learner: a2c,
  }),
  a3c: entry({
    description: 'asynchronous advantage actor-critic: threads that share one model (Mnih et al. 2016)',
    schema: a3cSchema,
    presets: a3cPresets,
    learner: a3c,
  }),
  'actor-critic': entry({
    description: 'online actor-critic: one transition an update (Sutton and Barto 2018, section 13.5)',
    schema: onlineActorCriticSchema,
    presets: onlineActorCriticPresets,
    learner: onlineActorCritic,
  }),
  sac: entry({
    description: 'soft actor-critic with a tuned temperature (Haarnoja et al. 2018)',
    schema: sacSchema,
    presets: sacPresets,
    learner: sac,
  }),
  'discrete-sac': entry({
    description: 'soft actor-critic for choices (Christodoulou 2019)',
    schema: discreteSacSchema,
    presets: discreteSacPresets,
    learner: discreteSac,
  }),
  td3: entry({
    description: 'twin delayed deterministic policy gradients (Fujimoto et al. 2018)',
    schema: td3Schema,
    presets: td3Presets,
    learner: td3,
  }),
  ddpg: entry({
    description: 'deep deterministic policy gradients (Lillicrap et al. 2016)',
    schema: ddpgSchema,
    presets: { ...ddpgPresets, paper: ddpgPaperOptions },
    learner: ddpg,
  }),
  dpg: entry({
    description: 'deterministic policy gradients, online, without replay or targets (Silver et al. 2014)',
    schema: dpgSchema,
    presets: dpgPresets,
    learner: dpg,
  }),
  dqn: entry({
    description: 'deep Q-network, the yardstick of policy gradients (Mnih et al. 2015)',
    schema: dqnSchema,
    presets: dqnPresets,
    learner: dqn,
  }),
};

/** The backends, engines loaded when asked for. */
export const backends: Readonly<Record<string, BackendEntry>> = {
  wasm: {
    description: 'compiled to WebAssembly: no native code, the fastest for small networks',
    install: 'npm install @ascent-rl/backend-wasm',
    load: async (options) => (await import('@ascent-rl/backend-wasm')).wasmBackend(options),
  },
  onnx: {
    description: 'ONNX Runtime: its native library where installed, else WebAssembly',
    install: 'npm install @ascent-rl/backend-onnx --onnxruntime-node-install=skip',
    engines: {
      node: 'npm install onnxruntime-node@1.30.0 --onnxruntime-node-install=skip',
      web: 'npm install onnxruntime-web@1.30.0',
      webgpu: 'runs in browsers, with onnxruntime-web@1.30.0',
    },
    load: async (options) =>
      (await import('@ascent-rl/backend-onnx')).onnxBackend(options as OnnxBackendOptions),
  },
  tfjs: {
    description: 'TensorFlow.js: its native engine where installed, else WebAssembly, else JavaScript',
    install: 'npm install @ascent-rl/backend-tfjs',
    engines: {
      tensorflow: 'npm install @tensorflow/tfjs-node@4.22.0',
      wasm: 'npm install @tensorflow/tfjs-backend-wasm@4.22.0',
      cpu: 'npm install @tensorflow/tfjs-backend-cpu@4.22.0',
      webgl: 'runs in browsers, with @tensorflow/tfjs-backend-webgl@4.22.0',
      webgpu: 'runs in browsers, with @tensorflow/tfjs-backend-webgpu@4.22.0',
    },
    load: async (options) =>
      (await import('@ascent-rl/backend-tfjs')).tfjsBackend(options as TfjsBackendOptions),
  },
  gpu: {
    description: 'gpu.js kernels: WebGPU or WebGL in a browser, WebAssembly elsewhere',
    install: 'npm install @ascent-rl/backend-gpu --ignore-scripts',
    engines: {
      webasm: 'npm install @ascent-rl/backend-gpu --ignore-scripts',
      cpu: 'npm install @ascent-rl/backend-gpu --ignore-scripts',
      headlessgl: 'npm rebuild gl, and a display as of xvfb-run',
      webgl2: 'runs in browsers',
      webgpu: 'runs in browsers',
    },
    load: async ({ engine } = {}) =>
      (await import('@ascent-rl/backend-gpu')).gpuBackend(engine ? { mode: engine as GpuMode } : {}),
  },
  reference: {
    description: "core's interpreter: slow and plain, for tests and debugging",
    install: 'npm install @ascent-rl/core',
    load: async () => (await import('@ascent-rl/core/reference')).referenceBackend(),
  },
};

/** The backend of those who do not choose. */
export const defaultBackend = 'wasm';

/** The backend that chooses by measuring. */
const auto = 'auto';

/** Every name that may be asked for. */
export const backendNames: readonly string[] = [...Object.keys(backends), auto];

/** The algorithm of that name. Raises ConfigError for an unknown one, with the nearest. */
export function findAlgorithm(name: string): Algorithm {
  return find('algorithm', name, algorithms);
}

/**
 * Loads the backend of that name: `tfjs`, with an engine as in `tfjs:cpu`, or `auto`, which runs each program on what
 * is fastest of all that is installed.
 * Raises ConfigError for an unknown name, BackendError where its engine is not installed, saying how to install it.
 */
export async function loadBackend(name: string, options: BackendOptions = {}): Promise<Backend> {
  if (name === auto) return loadFastest(options);
  const [family, engine = options.engine] = name.split(':', 2) as [string, string | undefined];
  const { load, install, engines } = find('backend', family, backends, backendNames);
  if (engine !== undefined) {
    if (!engines) throw new ConfigError(`${family} has no engines to choose from, got "${engine}"`);
    find(`engine of ${family}`, engine, engines);
  }
  try {
    return await load({ ...options, ...(engine !== undefined && { engine }) });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new BackendError(`backend "${family}" is not installed; install it with \`${install}\``, { cause });
  }
}

/** Everything but the interpreter, which is never the fastest. */
async function loadFastest(options: BackendOptions): Promise<Backend> {
  const { loadAuto } = await import('./load-auto.ts');
  const names = Object.keys(backends).filter((name) => name !== 'reference');
  return loadAuto(names.map((name) => () => loadBackend(name, options)));
}

/** "did you mean …?" for a mistyped name, or all names where none is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearestNames(name, known);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known are ${known.join(', ')}`;
}

function find<T>(
  kind: string,
  name: string,
  known: Readonly<Record<string, T>>,
  names: readonly string[] = Object.keys(known),
): T {
  if (Object.hasOwn(known, name)) return known[name]!;
  throw new ConfigError(`unknown ${kind} "${name}"; ${suggestion(name, names)}`);
}

/** An algorithm whose learner checks its configuration against the same schema, so any record may be given. */
function entry<Schema extends z.ZodObject>(algorithm: {
  readonly description: string;
  readonly schema: Schema;
  readonly presets: Readonly<Record<string, z.input<Schema>>>;
  readonly learner: (options: LearnerOptions<z.input<Schema>>) => Promise<Learner>;
}): Algorithm {
  return algorithm;
}
