/** Headless Chromium, where this machine has one. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const macApplications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** What to do where none is found. */
export const howToInstall = 'install it (Debian: apt install chromium) or set CHROME_PATH';

/** Path of a Chromium: `CHROME_PATH` if set, else the first known name that is installed. */
export function findChromium(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const { CHROME_PATH: chosen, PATH: path = '' } = environment;
  if (chosen) {
    if (!isExecutable(chosen)) throw new Error(`CHROME_PATH: expected a program, got ${chosen}`);
    return chosen;
  }
  const folders = path.split(delimiter);
  const installed = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...installed, ...macApplications].find(isExecutable);
}

/** Starts Chromium with a profile of its own. */
export async function openChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // The sandbox needs privileges that containers lack; the pages are our own.
    chromiumSandbox: false,
    args: [
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // WebGPU computed by the CPU, where there is no GPU either.
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
    ],
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
