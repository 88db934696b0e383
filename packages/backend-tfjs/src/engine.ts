/** Loading an engine of TensorFlow.js: the one asked for, or the first of a list that runs here. */
import { BackendError } from '@ascent-rl/core/errors';
import type { KernelBackend, KernelConfig, KernelFunc } from '@tensorflow/tfjs-core';
import { sources, type EngineModule, type EngineName, type EngineOptions } from './sources.ts';
import type { EngineTraits } from './traits.ts';

type Core = typeof import('@tensorflow/tfjs-core');

/** An engine, ready to run kernels. */
export interface Engine {
  readonly name: EngineName;
  /** Package and version. */
  readonly version: string;
  readonly device: 'cpu' | 'gpu';
  readonly threads: number;
  readonly traits: EngineTraits;
  /** The owner of the engine's memory. */
  readonly backend: KernelBackend;
  /** The kernel of that name, where the engine has one. */
  kernel(name: string): KernelFunc | undefined;
  /** True when the GPU, or the page's access to it, is gone: WebGL then computes zeros, without an error. */
  isLost(): boolean;
}

/**
 * Loads the first engine of a list that runs here.
 *
 * @throws BackendError when none does, with the reason of each and what to install.
 */
export async function openEngine(names: readonly EngineName[], options: EngineOptions): Promise<Engine> {
  const failures: string[] = [];
  for (const name of names) {
    try {
      return await load(name, options);
    } catch (cause) {
      const reason = (cause as Error).message.split('\n', 1)[0]!;
      failures.push(`${name}: ${reason}; install it with \`npm install ${sources[name].module}@4.22.0\``);
    }
  }
  throw new BackendError(`tfjs: no engine runs here. ${failures.join('. ')}`);
}

async function load(name: EngineName, options: EngineOptions): Promise<Engine> {
  const core = await import('@tensorflow/tfjs-core');
  const source = sources[name];
  const module = await source.load(options).catch((cause: unknown): EngineModule => {
    // Bundled with an app, an engine can't be loaded by name; it is there where the app has imported it.
    if (core.findBackendFactory(name) === null) throw cause;
    return {};
  });
  const version = versionOf(module);
  if (version !== undefined && version !== core.version_core) {
    throw new BackendError(
      `${source.module} ${version} does not fit @tensorflow/tfjs-core ${core.version_core}; install one version of both`,
    );
  }
  const backend = await start(core, name);
  if (isHalfPrecision(core, name, backend))
    throw new BackendError('it computes with 16-bit numbers on this device');
  return {
    name,
    version: `${source.module.replace('@tensorflow/', '')} ${version ?? core.version_core}`,
    device: source.device,
    threads: module.getThreadsCount?.() ?? 1,
    traits: source.traits,
    backend,
    isLost: () => (backend as WebGlBackend).gpgpu?.gl.isContextLost() === true,
    kernel(kernelName) {
      const registered = core.getKernel(kernelName, name) as KernelConfig | undefined;
      const own = registered?.kernelFunc;
      const kernel = own && (source.mended?.[kernelName]?.(own) ?? own);
      if (kernel && name === 'tensorflow') return adopting(core, backend, kernel);
      return kernel && name === 'webgl' ? onGpu(core, kernel) : kernel;
    },
  };
}

/** Starts an engine. Which one TensorFlow.js itself works on stays as it was. */
async function start(core: Core, name: EngineName): Promise<KernelBackend> {
  const before = core.engine().backendName;
  const started = await withoutNewListeners(() => core.setBackend(name));
  if (!started) throw new BackendError('it does not start on this machine');
  const { backend } = core.engine();
  greet(core, backend);
  if (before && before !== name) await core.setBackend(before);
  return backend;
}

/** What the webgl engine has besides. */
type WebGlBackend = KernelBackend & { readonly gpgpu?: { readonly gl: { isContextLost(): boolean } } };

/** The webgl engine says 16 whatever it computes with; what it found out stands in a flag. */
function isHalfPrecision(core: Core, name: EngineName, backend: KernelBackend): boolean {
  return name === 'webgl'
    ? !core.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')
    : backend.floatPrecision() < 32;
}

/** The cpu engine uses the first write to advertise tfjs-node on the console, unless in production. */
function greet(core: Core, backend: KernelBackend): void {
  const production = core.env().getBool('PROD');
  core.env().set('PROD', true);
  backend.disposeData(backend.write(new Float32Array(1), [1], 'float32'));
  core.env().set('PROD', production);
}

/** The wasm engine makes itself the judge of every error that the process does not catch; that is for the app to say. */
async function withoutNewListeners<T>(work: () => Promise<T>): Promise<T> {
  if (!('process' in globalThis)) return work();
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = new Set(events.flatMap((event) => process.listeners(event as 'uncaughtException')));
  const result = await work();
  for (const event of events) {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before.has(listener)) process.off(event, listener);
    }
  }
  return result;
}

/**
 * Kernels of tfjs-node return tensors that TensorFlow.js keeps books on. Here they are plain memory, as the other
 * engines' results are.
 */
function adopting(core: Core, backend: KernelBackend, kernel: KernelFunc): KernelFunc {
  return (parameters) => {
    const result = kernel(parameters);
    if (!(result instanceof core.Tensor)) return result;
    backend.incRef(result.dataId);
    result.dispose();
    core.engine().removeDataId(result.dataId, backend);
    return result;
  };
}

/**
 * The webgl engine computes small tensors on the CPU while they are there, which rounds differently: the same run would
 * have other results the first time than the second, or after it was resumed.
 */
function onGpu(core: Core, kernel: KernelFunc): KernelFunc {
  const flag = 'WEBGL_CPU_FORWARD';
  return (parameters) => {
    const before = core.env().getBool(flag);
    core.env().set(flag, false);
    try {
      return kernel(parameters);
    } finally {
      core.env().set(flag, before);
    }
  };
}

function versionOf(module: EngineModule): string | undefined {
  const entry = Object.entries(module).find(([key]) => key.startsWith('version'));
  const version = entry?.[1];
  return typeof version === 'object' && version !== null
    ? (version as Record<string, string>)['tfjs-core']
    : (version as string | undefined);
}
