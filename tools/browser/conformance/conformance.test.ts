import { describeConformance } from '@ascent-rl/core/conformance';
import type { Page } from 'playwright-core';
import { describeInChromium } from '../describe.ts';
import { conformance } from './backends.ts';
import type { Check } from './page.ts';
import { conformanceSite } from './site.ts';

describeInChromium('conformance in Chromium', conformanceSite, (open) => {
  let page: Page;
  beforeAll(async () => {
    page = await open();
  });

  describe.each(Object.entries(conformance))('%s', (backend, options) => {
    // The same names as in the page, each of which runs there.
    const declare = (name: string) =>
      test(name, () =>
        page.evaluate(([engine, title]) => (globalThis as unknown as { check: Check }).check(engine, title), [
          backend,
          name,
        ] as const),
      );
    describeConformance({ describe, test: declare, afterAll: () => undefined }, options.open, options);
  });
});
