/** The rules of matrix products and of sums, which are products with ones. */
import { sameShape, sizeOf, type Lowerings, type Shape } from '@ascent-rl/core';
import type { Planner, Value } from './plan.ts';

/** Rules of `matmul` and `sum`; operands are float32. */
export function matrixRules(planner: Planner): Pick<Lowerings<Value>, 'matmul' | 'sum'> {
  const { kernel, constant, traits } = planner;
  const product = (a: Value, b: Value, shape: Shape, transposeA = false, transposeB = false) =>
    kernel('BatchMatMul', { a, b: keptInShape(planner, b) }, shape, { transposeA, transposeB });

  const transpose = (x: Value): Value => {
    const [rows, columns] = x.shape as [number, number];
    // A vector needs no moving.
    return traits.reshapesFreely && (rows === 1 || columns === 1)
      ? { ...x, shape: [columns, rows] }
      : kernel('Transpose', { x }, [columns, rows], { perm: [1, 0] });
  };
  /** Matrix i of a batch. */
  const entry = (x: Value, i: number): Value => {
    const [, rows, columns] = x.shape as [number, number, number];
    const matrix = kernel('Slice', { x }, [1, rows, columns], { begin: [i, 0, 0], size: [1, rows, columns] });
    return { ...matrix, shape: [rows, columns] };
  };

  return {
    matmul([left, right], { transposeLeft, transposeRight }, shape) {
      if (!traits.plainProductsOnly) return product(left!, right!, shape, transposeLeft, transposeRight);
      const plain = (a: Value, b: Value): Value =>
        product(transposeLeft ? transpose(a) : a, transposeRight ? transpose(b) : b, shape.slice(-2));
      if (shape.length === 2) return plain(left!, right!);
      const [batch, ...matrix] = shape as [number, number, number];
      const products = Array.from({ length: batch }, (_, i): Value => ({
        ...plain(entry(left!, i), entry(right!, i)),
        shape: [1, ...matrix],
      }));
      return batch === 1 ? products[0]! : kernel('Concat', products, shape, { axis: 0 });
    },

    sum([x], { axes }, shape) {
      if (axes.length === 0) return x!;
      const [rows] = x!.shape as [number];
      if (traits.slowRowSums && x!.shape.length === 2 && sameShape(axes, [0]) && rows > 1) {
        const total = product(constant(new Float32Array(rows).fill(1), [1, rows]), x!, [1, sizeOf(shape)]);
        return { ...total, shape };
      }
      return kernel('Sum', { x: x! }, shape, { axis: axes, keepDims: false });
    },
  };
}

/**
 * A value that the engine knows as a right operand in no other shape: the wasm engine packs right operands once and
 * finds them again by their data alone, so that data used in two shapes would corrupt its memory.
 */
export function keptInShape({ kernel, packed, traits }: Planner, x: Value): Value {
  if (!traits.packsRightOperands) return x;
  const shape = packed.get(x.slot);
  if (shape === undefined) packed.set(x.slot, x.shape);
  return shape === undefined || sameShape(shape, x.shape) ? x : kernel('Identity', { x }, x.shape);
}
