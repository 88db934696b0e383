/** The page that runs the suite, with the files that engines fetch. */
import type { SiteSources } from '../site.ts';

const tfjs = ['', '-simd', '-threaded-simd'].map(
  (variant) => `node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm${variant}.wasm`,
);
const onnx = ['', '.asyncify'].flatMap((variant) =>
  ['mjs', 'wasm'].map((type) => `node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded${variant}.${type}`),
);

/** The site. */
export const conformanceSite: SiteSources = {
  entries: ['tools/browser/conformance/page.ts'],
  files: ['tools/browser/index.html', ...tfjs, ...onnx],
};
