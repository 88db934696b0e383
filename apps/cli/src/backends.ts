/** `ascent backends`: every backend and engine, installed or not, and what it can do. */
import { AscentError } from '@ascent-rl/core/errors';
import { createColors } from 'picocolors';
import { backends, defaultBackend, loadBackend } from './registry.ts';
import { exitCodes, type Surroundings } from './surroundings.ts';

/** A backend or one of its engines. */
export interface BackendFacts {
  /** As for `--backend`. */
  readonly name: string;
  readonly description: string;
  /** Name and version of the engine; null where it does not run here. */
  readonly engine: string | null;
  /** What one program may use; null where it does not run here. */
  readonly capabilities: { readonly device: string; readonly threads: number } | null;
  /** What to run where it is missing. */
  readonly install: string;
  readonly isDefault: boolean;
}

/** Loading the engine is the one sure way to know that it runs here. */
export async function describeBackend(name: string, engine?: string): Promise<BackendFacts> {
  const { description, install, engines = {} } = backends[name]!;
  const facts = {
    name: engine === undefined ? name : `${name}:${engine}`,
    description,
    install: engine === undefined ? install : engines[engine]!,
    isDefault: name === defaultBackend,
  };
  try {
    const backend = await loadBackend(facts.name);
    const { engine: version, device, threads } = backend.capabilities;
    await backend.close();
    return { ...facts, engine: version, capabilities: { device, threads } };
  } catch (error) {
    if (!(error instanceof AscentError)) throw error;
    return { ...facts, engine: null, capabilities: null };
  }
}

/** Writes the list. Returns the exit code. */
export async function listBackends(
  { json = false }: { readonly json?: boolean },
  { stdout, variables }: Surroundings,
): Promise<number> {
  const facts: BackendFacts[] = [];
  // One after the other: engines share what they are started with.
  for (const [name, { engines }] of Object.entries(backends)) {
    if (!engines) facts.push(await describeBackend(name));
    else for (const engine of Object.keys(engines)) facts.push(await describeBackend(name, engine));
  }
  if (json) {
    stdout.write(`${JSON.stringify({ backends: facts }, null, 2)}\n`);
    return exitCodes.ok;
  }
  const colors = createColors(stdout.isTTY === true && !variables['NO_COLOR']);
  const width = 2 + Math.max(...facts.map(({ name }) => name.length));
  for (const { name, engine, capabilities, install, isDefault } of facts) {
    const state =
      capabilities === null
        ? `${colors.yellow('not installed')}  ${colors.dim(install)}`
        : `${colors.green('installed')}      ${engine} · ${capabilities.device} · ` +
          `${capabilities.threads} thread${capabilities.threads === 1 ? '' : 's'}${isDefault ? ' · default' : ''}`;
    stdout.write(`  ${name.padEnd(width)}${state}\n`);
  }
  stdout.write(
    colors.dim('\n  --backend auto measures the programs of a training on each and takes the fastest.\n'),
  );
  return exitCodes.ok;
}
