/** Networks for images: their sizes as published, what they see, and which images they refuse. */
import { trace } from '@ascent-rl/core';
import { ConfigError } from '@ascent-rl/core/errors';
import { layout } from '@ascent-rl/core/nn';
import { generator } from '@ascent-rl/core/random';
import { interpret } from '@ascent-rl/core/reference';
import { box, type Box } from '@ascent-rl/environments';
import { imageNetwork, isImage, type ImageNetworkName, type ImageNetworkOptions } from './image-network.ts';

const images = (...shape: number[]) => box({ low: 0, high: 255, shape, dtype: 'uint8' });

test.each<[ImageNetworkName, number, number]>([
  // 4·32·8² + 32, 32·64·4² + 64, 64·64·3² + 64, 64·7·7·512 + 512.
  ['nature', 512, 8224 + 32_832 + 36_928 + 1_606_144],
  // 4·16·8² + 16, 16·32·4² + 32, 32·9·9·256 + 256.
  ['small', 256, 4112 + 8224 + 663_808],
])('%s has the published sizes on four frames of 84 × 84', (name, features, parameters) => {
  const network = imageNetwork(images(4, 84, 84), name, {});
  expect(network.features).toBe(features);
  expect(layout(network.parameters).size).toBe(parameters);
});

/** Features of one image. */
function see(space: Box, pixels: Float64Array, options: ImageNetworkOptions = {}): Float64Array {
  const network = imageNetwork(space, 'small', options);
  const parameters = layout(network.parameters);
  const program = trace(({ weights, x }) => ({ features: network.apply(parameters.unpack(weights), x) }), {
    weights: [parameters.size],
    x: [1, pixels.length],
  });
  const inputs = { weights: parameters.initialize(generator(1)), x: pixels };
  return interpret(program, inputs)['features'] as Float64Array;
}

test('channels may come first or last', () => {
  const [side, depth] = [20, 3];
  const random = generator(2);
  const first = Float64Array.from({ length: depth * side * side }, () => random.integers(0, 256));
  const last = first.map((_, i) => first[(i % depth) * side * side + Math.floor(i / depth)]!);
  expect(see(images(side, side, depth), last)).toEqual(see(images(depth, side, side), first));
});

test('bytes become numbers from 0 to 1: without biases, half the light gives half the features', () => {
  const features = (light: number) => see(images(1, 20, 20), new Float64Array(400).fill(light));
  const [bright, half] = [features(255), features(127.5)];
  expect(Math.max(...bright)).toBeGreaterThan(0);
  expect(Math.max(...bright)).toBeLessThan(20);
  bright.forEach((feature, i) => expect(half[i]).toBeCloseTo(feature / 2, 9));
});

test('images that come normalized are seen as they are', () => {
  const space = images(1, 20, 20);
  const [bytes, numbers] = [51, 51 / 255].map((light) => new Float64Array(400).fill(light));
  const features = see(space, bytes!);
  see(space, numbers!, { normalized: true }).forEach((feature, i) =>
    expect(feature).toBeCloseTo(features[i]!, 9),
  );
});

test('an image is a Box of bytes with three axes', () => {
  expect(isImage(images(4, 84, 84))).toBe(true);
  expect(isImage(images(84, 84))).toBe(false);
  expect(isImage(box({ low: 0, high: 1, shape: [4, 84, 84] }))).toBe(false);
});

test('images that the filters do not fit into are refused with their size', () => {
  expect(() => imageNetwork(images(1, 35, 40), 'nature', {})).toThrow(ConfigError);
  expect(() => imageNetwork(images(1, 35, 40), 'nature', {})).toThrow('35 × 40');
  expect(imageNetwork(images(1, 36, 36), 'nature', {}).features).toBe(512);
});
