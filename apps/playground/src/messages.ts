/** What the page and its worker tell each other. A run is the number of a start, so that late reports are known. */
import type { BrowserBackendName } from './backends.ts';
import type { Progress } from './training.ts';

/** Starts a training, in place of one that may be under way. */
export interface Start {
  readonly type: 'start';
  readonly run: number;
  readonly backend: BrowserBackendName;
  readonly seed: number;
}

/** From the page. After a stop the policy goes on balancing. */
export type Request = Start | { readonly type: 'stop' };

/** What happens in a training. */
export type Report =
  | { readonly type: 'opened'; readonly engine: string; readonly totalSteps: number }
  | ({ readonly type: 'progress' } & Progress)
  | { readonly type: 'scene'; readonly state: Float32Array; readonly length: number }
  | { readonly type: 'finished' }
  | { readonly type: 'failed'; readonly message: string };

/** From the worker. */
export interface Reported {
  readonly run: number;
  readonly report: Report;
}
