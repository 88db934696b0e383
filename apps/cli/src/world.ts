/** Environments and backends for the worker threads of algorithms that have some. */
import type { World, WorldReference } from '@ascent-rl/training';
import { environmentSource } from './environments.ts';
import { loadBackend } from './registry.ts';

/** What a world is made of, by name. */
interface WorldNames {
  /** An id, or a module's full path. */
  readonly environment: string;
  readonly backend: string;
}

/** This module and what it is to make. */
export function worldReference(names: WorldNames): WorldReference {
  return { url: import.meta.url, data: names };
}

/** Called in a worker thread, which is itself one of several, so that its programs take one thread each. */
export async function world(data: unknown, count: number): Promise<World> {
  const { environment, backend } = data as WorldNames;
  const source = await environmentSource(environment);
  return { environment: source.make(count), backend: await loadBackend(backend, { threads: 1 }) };
}
