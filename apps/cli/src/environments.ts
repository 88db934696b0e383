/**
 * Environments of a run: a registered id such as `CartPole-v1`, one of Gymnasium's such as `python:ALE/Pong-v5`, or the
 * file of a module of one's own.
 */
import { basename, extname, isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EnvironmentError } from '@ascent-rl/core/errors';
import {
  builtinEnvironments,
  checkEnvironment,
  makeEnvironment,
  makeVectorEnvironment,
  type Environment,
  type EnvironmentFactory,
  type VectorEnvironment,
} from '@ascent-rl/environments';
import type { Painter } from '@ascent-rl/environments/rendering';

/** Where environments come from. */
export interface EnvironmentSource {
  /** For titles and folders. */
  readonly name: string;
  /** For config.json: an id, or a module's full path. */
  readonly reference: string;
  /** Copies that step together. */
  make(count: number): VectorEnvironment;
  /** One that can be watched. */
  single(): Environment;
  /** Draws it, where it neither draws itself nor has a painter by its id. */
  readonly painter?: Painter | undefined;
}

/**
 * Finds an environment, and plays it a while at random if it is a user's own.
 *
 * A module exports `environment`, a function from an index to an Environment, and may export a `painter` of it.
 *
 * @throws EnvironmentError for an unknown id (with the nearest), a module that cannot be loaded, and an environment
 *   that breaks the contract, naming step and field.
 */
export async function environmentSource(reference: string): Promise<EnvironmentSource> {
  if (reference.startsWith(python)) return pythonSource(reference.slice(python.length));
  if (!isModule(reference)) {
    builtinEnvironments.find(reference);
    return {
      name: reference,
      reference,
      make: (count) => makeVectorEnvironment(reference, { count }),
      single: () => makeEnvironment(reference),
    };
  }
  const path = resolve(reference);
  const { environment: factory, painter } = await loadModule(path);
  const probe = makeEnvironment(factory);
  try {
    checkEnvironment(probe, { steps: 1000 });
  } finally {
    probe.close?.();
  }
  return {
    name: basename(path, extname(path)),
    reference: path,
    make: (count) => makeVectorEnvironment(factory, { count }),
    single: () => makeEnvironment(factory),
    painter,
  };
}

const python = 'python:';

/** Gymnasium's environments: each vector of them has processes of its own. */
async function pythonSource(id: string): Promise<EnvironmentSource> {
  const { pythonEnvironment, pythonVectorEnvironment } = await import('@ascent-rl/environments-python');
  return {
    name: `python-${id.replaceAll(/[^\w.-]+/g, '-')}`,
    reference: python + id,
    make: (count) => pythonVectorEnvironment(id, { count }),
    single: () => pythonEnvironment(id, { render: true }),
  };
}

function isModule(reference: string): boolean {
  return /^\.{1,2}[/\\]/.test(reference) || isAbsolute(reference);
}

/** What a module exports. */
interface EnvironmentModule {
  readonly environment: EnvironmentFactory;
  readonly painter?: Painter;
}

async function loadModule(path: string): Promise<EnvironmentModule> {
  let module: Partial<EnvironmentModule>;
  try {
    module = (await import(pathToFileURL(path).href)) as typeof module;
  } catch (cause) {
    throw new EnvironmentError(
      `environment "${path}": the module could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  if (typeof module.environment !== 'function') {
    throw new EnvironmentError(
      `environment "${path}": expected the module to export a function \`environment\`, got exports ` +
        `${Object.keys(module).join(', ') || 'none'}`,
    );
  }
  return module as EnvironmentModule;
}
