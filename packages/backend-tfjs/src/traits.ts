/** What the kernels of an engine are good and bad at, as far as a plan depends on it. */
export interface EngineTraits {
  /** Kernels go by the shape that they are told, so that reshaping needs no kernel. */
  readonly reshapesFreely: boolean;
  /** Products are fast for two plain matrices only, neither transposed nor in a batch. */
  readonly plainProductsOnly: boolean;
  /** Keeps right operands of products packed, by their data and not by their shape. */
  readonly packsRightOperands: boolean;
  /** Sums over the rows of a matrix are slower than a product with ones. */
  readonly slowRowSums: boolean;
  /** tanh is slower than its formula from elu. */
  readonly slowTanh: boolean;
  /** Comparing two large tensors is slower than the step function of their difference. */
  readonly slowComparisons: boolean;
  /** max(1, NaN) is 1. */
  readonly overlooksNaN: boolean;
  /** A written array is kept, not copied. */
  readonly keepsHostArrays: boolean;
}
