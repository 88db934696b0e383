/**
 * The node environment of jest with the host's own typed arrays. Jest gives each test file a fresh realm, whose
 * `Float32Array` is not the one that native modules (onnxruntime-node) compare with; so the host's are put in
 * its place. CommonJS, because jest loads environments with `require`.
 */
const { TestEnvironment } = require('jest-environment-node');

const views = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array];
const wide = [Float32Array, Float64Array, BigInt64Array, BigUint64Array];
const shared = [...views, ...wide, ArrayBuffer, SharedArrayBuffer, DataView];

class HostArraysEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const type of shared) this.global[type.name] = type;
  }
}

module.exports = HostArraysEnvironment;
