/**
 * Recurrent layers: functions of a sequence that carry a state from step to step.
 *
 *   LSTM  i, f, o = σ(xW + hU + b),  g = tanh(xW + hU + b),  c' = f c + i g,  h' = o tanh(c')
 *         (Hochreiter and Schmidhuber 1997, https://doi.org/10.1162/neco.1997.9.8.1735; Gers et al. 2000)
 *   GRU   r, z = σ(xW + hU + b),  n = tanh(xW + b + r (hU + b')),  h' = (1 − z) n + z h
 *         (Cho et al. 2014, https://arxiv.org/abs/1406.1078, with r after the product as cuDNN and torch have it)
 *
 * Shapes: T steps of B sequences side by side, step by step ([T·B, …], row = step · B + sequence); I inputs, H units.
 */
import { ShapeError } from '../errors.ts';
import { concat } from '../tensor/constructors.ts';
import { sigmoid } from '../tensor/functions.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { orthogonal, zeros } from './initializers.ts';
import type { ParameterTree, TensorsOf } from './parameters.ts';

/** A recurrent layer. */
export interface Recurrent {
  readonly parameters: ParameterTree;
  /** H */
  readonly size: number;
  /** Numbers of the state of one sequence: 2H for an LSTM, whose state is h beside c, and H for a GRU. */
  readonly stateSize: number;
  /**
   * Runs through T steps, which are traced one after the other.
   *
   * @param input - [T·B, I].
   * @param state - Before the first step, [B, stateSize]; zeros where nothing was before.
   * @param starts - 1 where a sequence begins anew, from a state of zeros, [T·B].
   * @returns The outputs h [T·B, H] and the state after the last step.
   * @throws ShapeError where the rows are no multiple of the sequences.
   */
  apply(
    parameters: TensorsOf<ParameterTree>,
    input: Tensor,
    state: Tensor,
    starts: Tensor,
  ): { output: Tensor; state: Tensor };
}

/** One step: inputs [B, I] and state [B, stateSize] → the next state, which begins with h. */
type Step = (parameters: Record<string, Tensor>, input: Tensor, state: Tensor) => Tensor;

/** Long short-term memory of `size` units. Weights are orthogonal, biases 0. */
export function lstm(inputs: number, size: number): Recurrent {
  return recurrent(inputs, size, {
    gates: 4,
    stateSize: 2 * size,
    step(parameters, input, state) {
      const [hidden, cell] = parts(state, 2);
      const gates = affine(parameters, 'input', input).add(affine(parameters, 'hidden', hidden!));
      const [i, f, o] = parts(sigmoid(gates.slice(1, 0, 3 * size)), 3);
      const next = f!.mul(cell!).add(i!.mul(gates.slice(1, 3 * size).tanh()));
      return concat([o!.mul(next.tanh()), next], 1);
    },
  });
}

/** Gated recurrent units, `size` of them. Weights are orthogonal, biases 0. */
export function gru(inputs: number, size: number): Recurrent {
  return recurrent(inputs, size, {
    gates: 3,
    stateSize: size,
    step(parameters, input, hidden) {
      const [fromInput, fromHidden] = [
        affine(parameters, 'input', input),
        affine(parameters, 'hidden', hidden),
      ];
      const both = fromInput.slice(1, 0, 2 * size).add(fromHidden.slice(1, 0, 2 * size));
      const [reset, keep] = parts(sigmoid(both), 2);
      const candidate = fromInput
        .slice(1, 2 * size)
        .add(reset!.mul(fromHidden.slice(1, 2 * size)))
        .tanh();
      return candidate.add(keep!.mul(hidden.sub(candidate)));
    },
  });
}

function recurrent(
  inputs: number,
  size: number,
  { gates, stateSize, step }: { readonly gates: number; readonly stateSize: number; readonly step: Step },
): Recurrent {
  const outputs = gates * size;
  const weight = (rows: number) => ({ shape: [rows, outputs], initialize: orthogonal(1) });
  const bias = { shape: [outputs], initialize: zeros };
  return {
    size,
    stateSize,
    parameters: {
      inputWeight: weight(inputs),
      inputBias: bias,
      hiddenWeight: weight(size),
      hiddenBias: bias,
    },
    apply(parameters, input, state, starts) {
      const [sequences, rows] = [state.shape[0]!, input.shape[0]!];
      if (rows % sequences !== 0) {
        throw new ShapeError(`recurrent: expected rows for each of ${sequences} sequences, got ${rows} rows`);
      }
      const goesOn = starts.mul(-1).add(1).expand(1);
      const hidden: Tensor[] = [];
      let now = state;
      for (let row = 0; row < rows; row += sequences) {
        const at = (x: Tensor) => x.slice(0, row, row + sequences);
        now = step(parameters as Record<string, Tensor>, at(input), now.mul(at(goesOn)));
        hidden.push(now.slice(1, 0, size));
      }
      return { output: concat(hidden), state: now };
    },
  };
}

function affine(parameters: Record<string, Tensor>, from: 'input' | 'hidden', x: Tensor): Tensor {
  return x.matmul(parameters[`${from}Weight`]!).add(parameters[`${from}Bias`]!);
}

/** Equal parts of the last axis. */
function parts(x: Tensor, count: number): readonly Tensor[] {
  const width = x.shape[1]! / count;
  return Array.from({ length: count }, (_, i) => x.slice(1, i * width, (i + 1) * width));
}
