/** `ascent list`: algorithms, environments and backends, and which engines are installed. */
import { builtinEnvironments, makeEnvironment } from '@ascent-rl/environments';
import { createColors } from 'picocolors';
import { describeBackend } from './backends.ts';
import { algorithms, backends } from './registry.ts';
import { exitCodes, type Surroundings } from './surroundings.ts';

/** Writes the lists. Returns the exit code. */
export async function list(
  { json = false }: { readonly json?: boolean },
  { stdout, variables }: Surroundings,
): Promise<number> {
  const known = {
    algorithms: Object.entries(algorithms).map(([name, { description, presets }]) => ({
      name,
      description,
      presets: Object.keys(presets),
    })),
    environments: builtinEnvironments.ids.map(describeEnvironment),
    backends: await Promise.all(Object.keys(backends).map((name) => describeBackend(name))),
  };
  if (json) {
    stdout.write(`${JSON.stringify(known, null, 2)}\n`);
    return exitCodes.ok;
  }
  const colors = createColors(stdout.isTTY === true && !variables['NO_COLOR']);
  const width = 2 + Math.max(...Object.values(known).flatMap((all) => all.map(({ name }) => name.length)));
  const row = (name: string, text: string): string => `  ${name.padEnd(width)}${text}\n`;
  const more = (text: string): string => row('', colors.dim(text));

  stdout.write(`${colors.bold('Algorithms')}\n`);
  for (const { name, description, presets } of known.algorithms) {
    stdout.write(row(name, description) + more(`presets: ${presets.join(', ') || 'none'}`));
  }
  stdout.write(`\n${colors.bold('Environments')}\n`);
  for (const { name, observation, action } of known.environments) {
    stdout.write(row(name, `observation ${observation}`) + row('', `action ${action}`));
  }
  stdout.write(more('or one of Gymnasium, in Python: ascent train ppo python:LunarLander-v3'));
  stdout.write(more('or a file of your own: ascent train ppo ./my-environment.js'));
  stdout.write(`\n${colors.bold('Backends')}\n`);
  for (const { name, description, engine, install, isDefault } of known.backends) {
    stdout.write(row(name, `${description}${isDefault ? ' (default)' : ''}`));
    stdout.write(
      engine === null
        ? row('', `${colors.yellow('not installed')}: ${install}`)
        : row('', `${colors.green('installed')} ${colors.dim(engine)}`),
    );
  }
  return exitCodes.ok;
}

function describeEnvironment(name: string): {
  readonly name: string;
  readonly observation: string;
  readonly action: string;
} {
  const { observationSpace, actionSpace } = makeEnvironment(name);
  const line = (space: object): string => String(space).replaceAll(/\s+/g, ' ');
  return { name, observation: line(observationSpace), action: line(actionSpace) };
}
