#!/usr/bin/env node
/**
 * Starts the `ascent` command. In a checkout it runs the sources (so `npx ascent` works after `npm ci` and never
 * runs a stale build); an installed package has no sources and runs dist.
 */
import { existsSync } from 'node:fs';
import { register } from 'node:module';

const source = new URL('../src/main.ts', import.meta.url);
if (existsSync(source)) {
  const { register: registerTypeScript } = await import('tsx/esm/api');
  registerTypeScript();
  register('./source-condition.js', import.meta.url);
}
const { main } = await import(existsSync(source) ? source.href : '../dist/main.js');
process.exitCode = await main(process.argv.slice(2));
