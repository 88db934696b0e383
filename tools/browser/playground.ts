/** `npm run playground`: serves the page; with `--build <folder>` it is written there instead. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from './server.ts';
import { bundleSite, playground } from './site.ts';

const { values } = parseArgs({
  options: {
    build: { type: 'string' },
    port: { type: 'string', default: '4173' },
  },
});

const site = await bundleSite(playground);
if (values.build === undefined) {
  const { url } = await serve(site, Number(values.port));
  console.log(`The playground is at ${url}; Ctrl-C ends it.`);
} else {
  for (const [path, contents] of site) {
    const file = join(values.build, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
    console.log(`${file}  ${Math.ceil(contents.length / 1000)} kB`);
  }
}
