/** `ascent export`: a trained policy as an ONNX file. */
import { join } from 'node:path';
import { writeOutput } from './output-file.ts';
import { openTrained } from './session.ts';
import { exitCodes, type Surroundings } from './surroundings.ts';
import { keeping, trainedModel } from './train.ts';

/** Options of the command. */
export interface ExportOptions {
  /** Where to; `policy.onnx` in the run's folder by default. */
  readonly out?: string;
  /** Another backend than the run's. */
  readonly backend?: string;
  readonly requireNoise?: boolean;
}

/** Writes the policy of a run folder, as of its last checkpoint. Returns the exit code. */
export async function exportRun(
  folder: string,
  { out = join(folder, 'policy.onnx'), backend, requireNoise = false }: ExportOptions,
  { stdout }: Surroundings,
): Promise<number> {
  const session = await openTrained(folder, backend);
  return keeping(session, async () => {
    const model = await trainedModel(session.settings, session.learner, { requireNoise });
    writeOutput('export', out, model);
    stdout.write(`${out}\n`);
    return exitCodes.ok;
  });
}
