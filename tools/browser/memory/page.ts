/** Counts what a training step leaves on the GPU, for whoever drives the page. */
import { gpuBackend } from '@ascent-rl/backend-gpu';
import { gradient, trace } from '@ascent-rl/core';
import { compileProgram } from '@ascent-rl/training';

/** Objects on the GPU after each of the given numbers of further runs. */
export type CountObjects = (runs: readonly number[]) => Promise<number[]>;

const alive = new Set<unknown>();
for (const kind of ['Texture', 'Buffer', 'Framebuffer', 'VertexArray']) {
  const context = WebGL2RenderingContext.prototype as unknown as Record<
    string,
    (...given: unknown[]) => unknown
  >;
  const [create, remove] = [context[`create${kind}`]!, context[`delete${kind}`]!];
  context[`create${kind}`] = function (...given) {
    const object = create.apply(this, given);
    alive.add(object);
    return object;
  };
  context[`delete${kind}`] = function (...given) {
    alive.delete(given[0]);
    return remove.apply(this, given);
  };
}

const countObjects: CountObjects = async (runs) => {
  const backend = await gpuBackend({ mode: 'webgl2' });
  const program = trace(
    ({ weights, x }) => {
      const loss = x.matmul(weights).tanh().mean();
      return { weights: weights.sub(gradient(loss, weights).mul(0.1)), loss };
    },
    { weights: [8, 4], x: [16, 8] },
  );
  const { places, run, dispose } = await compileProgram(backend, program);
  places['weights']!.write(new Float32Array(32).fill(0.1));
  const counts: number[] = [];
  for (const more of runs) {
    for (let i = 0; i < more; i++) {
      places['x']!.write(new Float32Array(128).fill(i / more));
      await run();
      await places['loss']!.read();
    }
    counts.push(alive.size);
  }
  dispose();
  await backend.close();
  counts.push(alive.size);
  return counts;
};
Object.assign(globalThis, { countObjects });
