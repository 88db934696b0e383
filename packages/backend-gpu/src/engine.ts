/** gpu.js, its modes, and what each of them needs from a kernel. */
import { BackendError, ConfigError } from '@ascent-rl/core/errors';
import type { GPU, Input } from 'gpu.js';
import type { Limits } from './plan/group.ts';
import type { Form } from './source/kernel.ts';

/** Where gpu.js runs kernels. */
export type GpuMode = 'webasm' | 'cpu' | 'headlessgl' | 'webgl2' | 'webgpu';

/** The engine's module. */
export type Engine = Pick<typeof import('gpu.js'), 'GPU'> & {
  input(value: Float32Array, size: number[]): Input;
};

/** What a mode needs. */
export interface ModeTraits extends Limits, Form {
  readonly device: 'cpu' | 'gpu';
  /** The engine's word for where a pipeline ran. */
  readonly ranOn: string;
  /** How the engine runs a pipeline when nothing went wrong. */
  readonly executors: readonly string[];
  /** Whether functions are right for NaN, infinity and zero by themselves. */
  readonly floats: 'ieee' | 'shader';
  /** What to do where it is missing. */
  readonly remedy: string;
}

// Their compilers unroll loops, and some take long for code that is unrolled already.
const shader = { device: 'gpu', floats: 'shader', rank: 3, unroll: 1, launch: 20_000 } as const;
const gl = { ...shader, ranOn: 'gpu', executors: ['generic'], maximumReads: 15 } as const;

/** The modes. */
export const modes: Readonly<Record<GpuMode, ModeTraits>> = {
  webasm: {
    device: 'cpu',
    ranOn: 'webasm',
    executors: ['fused-sync', 'fused-threaded'],
    floats: 'ieee',
    rank: 3,
    unroll: 8,
    launch: 1000,
    maximumReads: 32,
    remedy: 'it needs WebAssembly',
  },
  cpu: {
    device: 'cpu',
    ranOn: 'cpu',
    executors: ['generic'],
    floats: 'ieee',
    // This mode hands results of more axes from kernel to kernel as nested arrays.
    rank: 1,
    unroll: 8,
    launch: 5000,
    maximumReads: 32,
    remedy: 'it runs everywhere',
  },
  headlessgl: {
    ...gl,
    remedy: 'it needs the package gl, built for this machine (npm rebuild gl), and a display (xvfb-run -a)',
  },
  webgl2: { ...gl, remedy: 'it needs a browser with WebGL 2' },
  // 8 storage buffers a shader, one of which is the result.
  webgpu: {
    ...shader,
    ranOn: 'webgpu',
    executors: ['fused-encoder'],
    maximumReads: 7,
    remedy: 'it needs a browser with WebGPU',
  },
};

/** Version of gpu.js that this package depends on. */
export const engineVersion = '2.24.1';

/**
 * Loads gpu.js.
 * Raises BackendError when it is not installed, or of a version without pipelines.
 */
export async function loadEngine(): Promise<Engine> {
  const remedy = `install it with \`npm install gpu.js@${engineVersion}\``;
  const module = await import('gpu.js').catch((cause: unknown) => {
    throw new BackendError(`gpu: gpu.js is not installed; ${remedy}`, { cause });
  });
  // A CommonJS module: bundlers put its exports in different places.
  const engine = ((module as { default?: unknown }).default ?? module) as Engine;
  if (typeof engine.GPU?.prototype?.createPipeline === 'function') return engine;
  throw new BackendError(
    `gpu: expected gpu.js ${engineVersion}, got a version without createPipeline; ${remedy}`,
  );
}

/**
 * Opens gpu.js in a mode, or in the best that there is: WebGPU, WebGL 2, WebAssembly.
 * Raises ConfigError for an unknown mode, BackendError for one that does not run here.
 */
export async function openEngine({ GPU }: Engine, mode?: GpuMode): Promise<{ gpu: GPU; mode: GpuMode }> {
  if (mode !== undefined && !Object.hasOwn(modes, mode)) {
    throw new ConfigError(
      `gpuBackend: expected a mode of ${Object.keys(modes).join(', ')}, got ${String(mode)}`,
    );
  }
  const runs: Readonly<Record<GpuMode, () => boolean | Promise<boolean>>> = {
    webgpu: () => GPU.isWebGPUAvailable(),
    webgl2: () => GPU.isWebGL2Supported,
    webasm: () => GPU.isWebAssemblySupported,
    headlessgl: () => GPU.isHeadlessGLSupported,
    cpu: () => true,
  };
  if (mode !== undefined && !(await runs[mode]())) {
    throw new BackendError(`gpu: mode ${mode} does not run here: ${modes[mode].remedy}`);
  }
  for (const candidate of mode ? [mode] : (Object.keys(runs) as GpuMode[])) {
    if (await runs[candidate]()) return { gpu: new GPU({ mode: candidate }), mode: candidate };
  }
  throw new BackendError('gpu: gpu.js runs in no mode here');
}
