/**
 * The gradients of TensorFlow.js, which `variableGrads` needs. They are in tfjs-core but not exported: its ES modules
 * leave out file extensions, so Node cannot import them as they are, and only the package of everything,
 * @tensorflow/tfjs, registers them.
 */
import { build } from 'esbuild';

/** Registers all gradients. */
export async function registerGradients(): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [
      new URL('../../node_modules/@tensorflow/tfjs-core/dist/register_all_gradients.js', import.meta.url)
        .pathname,
    ],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  });
  const { text } = outputFiles[0]!;
  await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
}
