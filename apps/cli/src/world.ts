/** Environments and backends for the worker threads of algorithms that have some. */
import { join } from 'node:path';
import type { World, WorldReference } from '@ascent-rl/training';
import { dumped } from './dump.ts';
import { environmentSource } from './environments.ts';
import { loadBackend } from './registry.ts';

/** What a world is made of, by name. */
interface WorldNames {
  /** An id, or a module's full path. */
  readonly environment: string;
  readonly backend: string;
  /** Folder of compiled programs, where they are wanted; those of workers, all the same, go to `workers` in it. */
  readonly dump?: string | undefined;
}

/** This module and what it is to make. */
export function worldReference(names: WorldNames): WorldReference {
  return { url: import.meta.url, data: names };
}

/** Called in a worker thread, which is itself one of several, so that its programs take one thread each. */
export async function world(data: unknown, count: number): Promise<World> {
  const { environment, backend: name, dump } = data as WorldNames;
  const source = await environmentSource(environment);
  const backend = await loadBackend(name, { threads: 1 });
  return {
    environment: source.make(count),
    backend: dump === undefined ? backend : dumped(backend, join(dump, 'workers')),
  };
}
