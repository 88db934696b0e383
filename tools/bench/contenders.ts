/** Who is measured: every backend of the command's registry that is installed, at each number of threads it takes. */
import { availableParallelism } from 'node:os';
import type { Backend, Program } from '@ascent-rl/core';
import { BackendError } from '@ascent-rl/core/errors';
import { compileProgram } from '@ascent-rl/training';
import { backends, loadBackend } from '../../apps/cli/src/registry.ts';
import { timing, type Run } from './measure.ts';
import type { Inputs } from './programs/benchmark.ts';

/** A backend with a number of threads. */
export interface Contender {
  /** As in the tables, e.g. `onnx, 2 threads`. */
  readonly name: string;
  readonly backend: Backend;
}

/** A program ready to run on its numbers. */
export interface Prepared {
  readonly run: Run;
  /** Milliseconds, median of three. */
  readonly compileTime?: number;
  readonly moduleBytes?: number;
  dispose(): void;
}

/** The interpreter is for meaning, not for speed: it is measured only when asked for. */
export const measuredByDefault: readonly string[] = Object.keys(backends).filter(
  (name) => name !== 'reference',
);

/**
 * Loads backends by name, each with one thread and, where it has threads and the machine cores, with two.
 *
 * @param isRequired - Whether a missing engine is an error; otherwise it is left out.
 */
export async function loadContenders(names: readonly string[], isRequired: boolean): Promise<Contender[]> {
  const contenders: Contender[] = [];
  for (const name of names) {
    for (const threads of [1, 2].filter((count) => count <= availableParallelism())) {
      try {
        const backend = await loadBackend(name, { threads });
        if (backend.capabilities.threads === threads) {
          contenders.push({ name: `${name}, ${threads} thread${threads === 1 ? '' : 's'}`, backend });
        } else {
          await backend.close();
        }
      } catch (error) {
        if (isRequired || !(error instanceof BackendError)) throw error;
        console.warn(`left out: ${error.message}`);
        break;
      }
    }
  }
  return contenders;
}

/** Compiles a program, binds it to places of its own and fills them. */
export async function prepare({ backend }: Contender, program: Program, inputs: Inputs): Promise<Prepared> {
  const times: number[] = [];
  let moduleBytes: number | undefined;
  const timed: Backend = {
    ...backend,
    async compile(...request) {
      const start = performance.now();
      const executable = await backend.compile(...request);
      return {
        ...executable,
        // Some backends write their code only when they know the places.
        bind(...places) {
          const call = executable.bind(...places);
          times.push(performance.now() - start);
          moduleBytes = executable.moduleSize?.(...places);
          return call;
        },
      };
    },
  };
  for (let i = 0; i < 2; i++) (await compileProgram(timed, program)).dispose();
  const { places, run, dispose } = await compileProgram(timed, program);
  for (const [name, numbers] of Object.entries(inputs)) places[name]!.write(numbers);
  return {
    run,
    compileTime: timing(times).median / 1000,
    ...(moduleBytes !== undefined && { moduleBytes }),
    dispose,
  };
}
