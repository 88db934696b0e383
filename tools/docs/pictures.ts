/**
 * `npm run docs:pictures`: draws every environment that has a painter, a few steps into an episode of random actions, into
 * docs/environments/pictures/<id>.png. A canvas differs between platforms in the last bits of smoothed edges, so the
 * pictures are stored, and nothing checks them byte by byte.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { generator } from '@ascent-rl/core/random';
import {
  builtinEnvironments,
  flattenAction,
  actionSize,
  makeEnvironment,
  sample,
} from '@ascent-rl/environments';
import { findPainter } from '@ascent-rl/environments/rendering';
import { camera, png } from '@ascent-rl/recording';

/** Steps to the moment of the picture, unless the episode is over before. */
const steps = 20;
const seed = 5;

const folder = new URL('../../docs/environments/pictures/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const id of builtinEnvironments.ids) {
  const environment = makeEnvironment(id);
  if (findPainter(id) === undefined && environment.render === undefined) {
    console.log(`${id}: no painter`);
    continue;
  }
  const { shoot } = await camera(environment);
  const random = generator(seed);
  const action = new Float64Array(actionSize(environment.actionSpace));
  environment.reset({ seed });
  let frame = shoot();
  for (let step = 0, isOver = false; step < steps && !isOver; step++) {
    const chosen = sample(environment.actionSpace, random);
    const result = environment.step(chosen);
    isOver = result.terminated || result.truncated;
    if (isOver) break;
    flattenAction(environment.actionSpace, chosen, action);
    frame = shoot(action);
  }
  writeFileSync(new URL(`${id}.png`, folder), await png(frame));
  console.log(`${id}: ${frame.width} x ${frame.height}`);
}
