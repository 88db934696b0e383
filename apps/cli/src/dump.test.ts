import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trace, type Backend } from '@ascent-rl/core';
import { autoBackend } from '@ascent-rl/core/auto';
import { referenceBackend } from '@ascent-rl/core/reference';
import { dumped } from './dump.ts';

/** The interpreter under another name, which says that it writes code. */
function named(name: string): Backend {
  const backend = referenceBackend();
  return {
    ...backend,
    name,
    capabilities: { ...backend.capabilities, engine: `engine of ${name}` },
    async compile(program, options) {
      const executable = await backend.compile(program, options);
      return {
        ...executable,
        dump(inputs, outputs) {
          executable.bind(inputs, outputs); // refuses places of others
          return `code of ${name}`;
        },
      };
    },
  };
}

test('of a backend that chooses, the dump has the code of the one chosen, whose engine is told', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'ascent-dump-')), 'programs');
  const memory = { recall: () => ({ a: 2, b: 1 }), keep: () => undefined };
  const candidates = [named('a'), named('b')];
  const backend = dumped(autoBackend({ candidates, memory, now: () => 0 }), folder);
  const executable = await backend.compile(trace(({ x }) => ({ y: x.exp() }), { x: [2] }));
  executable.bind({ x: backend.allocate([2]) }, { y: backend.allocate([2]) });
  expect(readFileSync(join(folder, '01.txt'), 'utf8')).toMatch(/exp.*code of b/s);
  expect(backend.capabilities.engine).toBe('engine of b');
});
