/** Kernels of the webgl engine that are mended: where its own are wrong at the extremes of what a number can be. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { Mend } from './wasm-kernels.ts';

/** A shader for each element, as the engine takes it. */
interface Shader {
  readonly variableNames: readonly string[];
  readonly outputShape: readonly number[];
  readonly userCode: string;
}

/** What is needed of the engine. */
interface WebGlBackend {
  runWebGLProgram(shader: Shader, inputs: readonly TensorInfo[], dtype: 'float32'): TensorInfo;
}

/** A kernel of one operand `x`, by the GLSL of its result. */
const unary =
  (body: string): Mend =>
  (): KernelFunc =>
  ({ inputs, backend }) => {
    const { x } = inputs as { readonly x: TensorInfo };
    const userCode = `void main() { float x = getXAtOutCoords(); ${body} }`;
    const shader = { variableNames: ['X'], outputShape: x.shape, userCode };
    return (backend as unknown as WebGlBackend).runWebGLProgram(shader, [x], 'float32');
  };

/** By name of the kernel. */
export const mendedWebglKernels: Readonly<Record<string, Mend>> = {
  /** Its own gives 1 for 0 / 0 and ∞ / ∞. */
  RealDiv:
    () =>
    ({ inputs, backend }) => {
      const { a, b } = inputs as Readonly<Record<'a' | 'b', TensorInfo>>;
      const userCode = 'void main() { setOutput(getAAtOutCoords() / getBAtOutCoords()); }';
      const shader = { variableNames: ['A', 'B'], outputShape: broadcast(a.shape, b.shape), userCode };
      return (backend as unknown as WebGlBackend).runWebGLProgram(shader, [a, b], 'float32');
    },

  /** Their own may take the smallest number for 0. */
  Exp: unary('setOutput(isnan(x) ? x : x < -87.5 ? 0.0 : exp(x));'),
  /** Near 1 it is a series, where its own has lost the digits that matter. */
  Log: unary(`
    float y = x - 1.0;
    float series = y * (1.0 - y * (1.0 / 2.0 - y * (1.0 / 3.0 - y * (1.0 / 4.0 - y * (1.0 / 5.0 - y / 6.0)))));
    setOutput(isnan(x) ? x : x < 0.0 ? NAN : x == 0.0 ? -1.0 / abs(x) : abs(y) < 0.1 ? series : log(x));
  `),

  /** Its own loses what is far below 1. */
  Tanh: unary(`
    float size = abs(x);
    float square = x * x;
    float e = exp(-2.0 * size);
    float series = x * (1.0 - square * (1.0 / 3.0 - square * (2.0 / 15.0 - square * 17.0 / 315.0)));
    setOutput(isnan(x) ? x : size < 0.25 ? series : sign(x) * (1.0 - e) / (1.0 + e));
  `),

  /** Its own begins at −10²⁰, and says so where nothing is larger. */
  Max: (own) => (parameters) => {
    const { inputs, attrs, backend } = parameters;
    const { x } = inputs as { readonly x: TensorInfo };
    const axes = (attrs as unknown as { readonly reductionIndices: readonly number[] }).reductionIndices;
    if (x.shape.length > 4) return own(parameters);
    const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
    const shader = {
      variableNames: ['X'],
      outputShape: kept.map((axis) => x.shape[axis]!),
      userCode: maximum(x.shape, kept),
    };
    return (backend as unknown as WebGlBackend).runWebGLProgram(shader, [x], 'float32');
  },
};

/** GLSL of the maximum over all but the kept axes, NaN where there is one. */
function maximum(shape: readonly number[], kept: readonly number[]): string {
  const index = (axis: number) =>
    kept.includes(axis) ? `at${kept.length > 1 ? `[${kept.indexOf(axis)}]` : ''}` : `i${axis}`;
  const type = kept.length > 1 ? `ivec${kept.length}` : 'int';
  const loops = shape.flatMap((size, axis) =>
    kept.includes(axis) ? [] : [`for (int i${axis} = 0; i${axis} < ${size}; i${axis}++)`],
  );
  return `void main() {
    ${kept.length > 0 ? `${type} at = getOutputCoords();` : ''}
    bool isFirst = true;
    float best = 0.0;
    ${loops.join(' ')} {
      float x = getX(${shape.map((_, axis) => index(axis)).join(', ')});
      if (isFirst || isnan(x) || x > best) best = isnan(best) ? best : x;
      isFirst = false;
    }
    setOutput(best);
  }`;
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  const missing = long.length - short.length;
  return long.map((size, axis) => Math.max(size, short[axis - missing] ?? 1));
}
