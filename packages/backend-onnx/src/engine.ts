/** The engines of ONNX Runtime: where each comes from, and the first of a list that is installed. */
import { BackendError, ConfigError } from '@ascent-rl/core/errors';

/** An engine: the native library in Node, or onnxruntime-web's WebAssembly or WebGPU. */
export type OnnxEngine = 'node' | 'web' | 'webgpu';

/** How onnxruntime-web is loaded. */
export interface EngineOptions {
  /** Address of the folder with the `.wasm` files of onnxruntime-web, ending in a slash; for browsers. */
  readonly wasmPaths?: string | undefined;
}

/** What matters of an engine's module; all of them have the same interface. */
export type EngineModule = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor' | 'env'>;

/** An engine, ready to compile. */
export interface Engine extends Pick<EngineModule, 'InferenceSession' | 'Tensor'> {
  /** Package, version and, where the package has several, what it runs on. */
  readonly version: string;
  readonly device: 'cpu' | 'gpu';
  /** The engine's own word for it. */
  readonly provider: string;
  /** Whether programs may have threads of their own. */
  readonly hasThreads: boolean;
  /** Whether it writes outputs into tensors that it is given. */
  readonly fillsOutputs: boolean;
  /** Compiles or runs something as soon as the engine can. */
  readonly schedule: <T>(work: () => Promise<T>) => Promise<T>;
}

interface Source extends Pick<Engine, 'device' | 'provider' | 'hasThreads' | 'fillsOutputs' | 'schedule'> {
  readonly module: string;
  readonly install: string;
  load(options: EngineOptions): Promise<EngineModule>;
}

const atOnce: Engine['schedule'] = (work) => work();

/** The end of what {@link inTurn} was given; ONNX Runtime is one a page, and so is this. */
let previous: Promise<unknown> = Promise.resolve();

/** One thing after the other: the WebGPU engine never comes back from two at once. */
const inTurn: Engine['schedule'] = (work) => {
  const result = previous.then(work);
  previous = result.catch(() => undefined);
  return result;
};

const web = {
  module: 'onnxruntime-web',
  install: 'npm install onnxruntime-web@1.30.0',
  hasThreads: false,
  fillsOutputs: false,
} as const;

const sources: Readonly<Record<OnnxEngine, Source>> = {
  node: {
    module: 'onnxruntime-node',
    device: 'cpu',
    provider: 'cpu',
    hasThreads: true,
    fillsOutputs: true,
    schedule: atOnce,
    install: 'npm install onnxruntime-node@1.30.0 --onnxruntime-node-install=skip',
    load: () => import('onnxruntime-node'),
  },
  web: {
    ...web,
    device: 'cpu',
    provider: 'wasm',
    schedule: atOnce,
    load: async (options) => configured(await import('onnxruntime-web/wasm'), options),
  },
  webgpu: {
    ...web,
    device: 'gpu',
    provider: 'webgpu',
    schedule: inTurn,
    async load(options) {
      const { navigator } = globalThis as { readonly navigator?: object };
      if (!navigator || !('gpu' in navigator)) throw new Error('it needs a browser with WebGPU');
      return configured(await import('onnxruntime-web/webgpu'), options);
    },
  },
};

/** Engines in the order of preference where nobody chooses; a GPU pays with large networks only. */
export function defaultEngines(): readonly OnnxEngine[] {
  return 'process' in globalThis ? ['node', 'web'] : ['web'];
}

/**
 * Loads the first engine of a list that runs here.
 *
 * @throws ConfigError for an unknown name.
 * @throws BackendError when none does, with the reason of each and what to install.
 */
export async function openEngine(names: readonly OnnxEngine[], options: EngineOptions): Promise<Engine> {
  const failures: string[] = [];
  let cause: unknown;
  for (const name of names) {
    if (!Object.hasOwn(sources, name)) {
      throw new ConfigError(
        `onnxBackend: expected an engine of ${Object.keys(sources).join(', ')}, got ${name}`,
      );
    }
    const { load, install, ...source } = sources[name];
    try {
      const { InferenceSession, Tensor, env } = await load(options);
      const number = env.versions.node ?? env.versions.web ?? env.versions.common;
      expectVersion(source.module, number);
      const version = [source.module, number, ...(name === 'node' ? [] : [source.provider])].join(' ');
      return { ...source, InferenceSession, Tensor, version };
    } catch (error) {
      cause = error;
      const reason = (error as Error).message.split('\n', 1)[0]!;
      failures.push(`${name}: ${reason}; install it with \`${install}\``);
    }
  }
  throw new BackendError(`onnx: no engine runs here. ${failures.join('. ')}`, { cause });
}

/** The oldest version of the engines that this package is tested with. */
const oldest = [1, 30] as const;

function expectVersion(module: string, version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new Error(`expected ${module} ${oldest.join('.')} or newer, got ${version}`);
}

/** Threads of onnxruntime-web are set once a page, not a program, so there are none. */
function configured(module: EngineModule, { wasmPaths }: EngineOptions): EngineModule {
  module.env.wasm.numThreads = 1;
  if (wasmPaths !== undefined) module.env.wasm.wasmPaths = wasmPaths;
  return module;
}
