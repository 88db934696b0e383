/** Reading metrics.jsonl: one JSON object a line, `step` and metrics by name, steps never falling. */
import { join } from 'node:path';
import type { FileSystem } from './files.ts';

/** One line of metrics.jsonl. */
export type MetricsLine = { readonly step: number; readonly [name: string]: number | null };

/**
 * The lines of metrics.jsonl up to step `lastStep`, and the offset in bytes of their end. A line that was being
 * written when the process was killed ends the reading.
 */
export function readMetrics(
  files: FileSystem,
  path: string,
  lastStep = Infinity,
): { lines: MetricsLine[]; end: number } {
  const lines: MetricsLine[] = [];
  let end = 0;
  const file = join(path, 'metrics.jsonl');
  const texts = files.existsSync(file) ? files.readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  for (const text of texts) {
    const line = parseLine(text);
    if (!line || line.step > lastStep) break;
    lines.push(line);
    end += Buffer.byteLength(text) + 1;
  }
  return { lines, end };
}

function parseLine(text: string): MetricsLine | undefined {
  try {
    return JSON.parse(text) as MetricsLine;
  } catch {
    return undefined;
  }
}

/** Drops the lines after step `step`, and half a line at the end. */
export function dropMetricsAfter(files: FileSystem, path: string, step: number): void {
  const file = join(path, 'metrics.jsonl');
  if (files.existsSync(file)) files.truncateSync(file, readMetrics(files, path, step).end);
}
