import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFiles, readBytes, writeAtomically } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'ascent-files-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

test.each([0, 1, 3, 4, 7])('%p bytes come back as they were, though 3 at most go at once', (size) => {
  const path = join(folder, 'file');
  const bytes = Uint8Array.from({ length: size }, (_, i) => i + 1);
  const counts: number[] = [];
  const files = {
    ...nodeFiles,
    writeFileSync: (file: number, piece: Uint8Array) => {
      counts.push(piece.length);
      fs.writeFileSync(file, piece);
    },
    readSync: (...[file, into, at, length, position]: [number, Uint8Array, number, number, null]) => {
      counts.push(length);
      return fs.readSync(file, into, at, length, position);
    },
  } as typeof nodeFiles;
  writeAtomically(files, path, bytes, 3);
  expect(fs.readFileSync(path)).toEqual(Buffer.from(bytes));
  expect(readBytes(files, path, 3)).toEqual(bytes);
  counts.forEach((count) => expect(count).toBeLessThanOrEqual(3));
});
