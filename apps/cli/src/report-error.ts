/** Errors as a user of the command sees them: one message; the stack only on request. */
import { inspect } from 'node:util';
import { createColors } from 'picocolors';
import { AscentError } from '@ascent-rl/core/errors';
import type { Surroundings } from './surroundings.ts';

/** Writes an error to stderr. With ASCENT_DEBUG set, its stack and causes follow. */
export function reportError(error: unknown, { stderr, variables }: Surroundings): void {
  const colors = createColors(stderr.isTTY === true && !variables['NO_COLOR']);
  const message = error instanceof Error ? error.message : String(error);
  const isExpected = error instanceof AscentError;
  stderr.write(`${colors.red('error:')} ${message}\n`);
  if (variables['ASCENT_DEBUG']) {
    stderr.write(`${inspect(error)}\n`);
  } else if (!isExpected) {
    stderr.write('This is unexpected: run it again with ASCENT_DEBUG=1 to see where it comes from.\n');
  }
}
