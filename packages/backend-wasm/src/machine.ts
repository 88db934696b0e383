/** What the WebAssembly engine at hand can do. */
import { UnsupportedError } from '@ascent-rl/core/errors';
import { encodeModule, Locals, type Code } from './assembler/index.ts';

/** Instruction sets, the best first. */
export const instructionSets = ['relaxed-simd', 'simd'] as const;

/** An instruction set of the engine. */
export type InstructionSet = (typeof instructionSets)[number];

const vector: Code = [['f32.const', 1], ['f32x4.splat']];
const probes: Readonly<Record<InstructionSet, Code>> = {
  'relaxed-simd': [vector, vector, vector, ['f32x4.relaxed_madd'], ['local.set', 0]],
  simd: [vector, ['local.set', 0]],
};

/**
 * The best instruction set that the engine has, or the one asked for.
 *
 * @throws UnsupportedError when the engine does not have it.
 */
export function chooseInstructionSet(wanted?: InstructionSet): InstructionSet {
  if (typeof WebAssembly === 'undefined') {
    throw new UnsupportedError(
      'wasm: this platform has no WebAssembly; take another backend, e.g. tfjs or reference',
    );
  }
  if (wanted !== 'simd') allowRelaxedSimd();
  const found = (wanted ? [wanted] : instructionSets).find(validates);
  if (found === undefined) {
    throw new UnsupportedError(
      `wasm: this engine has no ${wanted === 'relaxed-simd' ? 'relaxed SIMD' : 'SIMD'} instructions; update the ` +
        'browser or Node, ' +
        (wanted === 'relaxed-simd'
          ? 'or leave the choice of instructions open'
          : 'or take another backend, e.g. tfjs or reference'),
    );
  }
  return found;
}

function validates(set: InstructionSet): boolean {
  const locals = new Locals();
  locals.add('v128');
  const probe = { name: 'probe', locals, code: probes[set] };
  return WebAssembly.validate(encodeModule([probe], { shared: false, maximum: 1 }));
}

/** Node 20 has relaxed SIMD behind a flag; the flag holds for modules compiled from then on. */
function allowRelaxedSimd(): void {
  if (validates('relaxed-simd')) return;
  const v8 = builtinModule('node:v8') as { setFlagsFromString(flags: string): void } | undefined;
  v8?.setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** A module of Node; nothing in a browser. */
export function builtinModule(name: string): unknown {
  const node = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  return node?.getBuiltinModule?.(name);
}
