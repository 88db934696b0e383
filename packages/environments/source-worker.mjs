/** Workers from source: Node gives them none of this program's loaders, so that they have to take theirs themselves. */
import { register } from 'tsx/esm/api';

register();
await import('./src/workers/worker.ts');
