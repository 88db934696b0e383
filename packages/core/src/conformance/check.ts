/** Running one case on a backend. */
import type { Backend, DeviceArray, Places } from '../backend/contract.ts';
import { outputShapes } from '../tensor/program.ts';
import type { Shape } from '../tensor/shape.ts';
import { expectedOutputs, type ConformanceCase } from './case.ts';
import { checkNumbers, checkSame } from './compare.ts';

/**
 * Runs a case on a backend and compares it with the interpreter's float64 answer. Also checks that running twice
 * gives the same bits, and that inputs are left alone.
 *
 * @param tolerance - Error allowed, relative; see the tolerance rule at the head of `conformance/case.ts`.
 * @throws ConformanceError naming the case, the output, the position, and both numbers.
 */
export async function checkCase(
  backend: Backend,
  testCase: ConformanceCase,
  tolerance: number,
): Promise<void> {
  const { program, inputs, carry = {}, runs = 1, scale } = testCase;
  const shapes = outputShapes(program);
  const allocated: DeviceArray[] = [];
  const allocate = (shape: Shape) => {
    allocated.push(backend.allocate(shape));
    return allocated.at(-1)!;
  };
  const inputPlaces: Places = Object.fromEntries(
    program.inputs.map(({ name, shape }) => [name, allocate(shape)]),
  );
  const outputPlaces: Places = Object.fromEntries(
    program.outputs.map(({ name }) => [
      name,
      carry[name] === undefined ? allocate(shapes[name]!) : inputPlaces[carry[name]]!,
    ]),
  );
  const executable = await backend.compile(program, { donate: carry });
  const call = executable.bind(inputPlaces, outputPlaces);
  const attempt = async () => {
    for (const { name } of program.outputs)
      outputPlaces[name]!.write(new Float32Array(outputPlaces[name]!.size).fill(NaN));
    for (const { name } of program.inputs) inputPlaces[name]!.write(inputs[name]!);
    for (let run = 0; run < runs; run++) await call.run();
    return readAll(outputPlaces);
  };

  try {
    const expected = expectedOutputs(testCase);
    const first = await attempt();
    for (const [name, numbers] of Object.entries(first)) {
      const where = `${testCase.name}: output ${name}`;
      checkNumbers(where, expected[name]!, numbers, { scale, tolerance, shape: shapes[name]! });
    }
    for (const [name, numbers] of Object.entries(await attempt())) {
      checkSame(`${testCase.name}: output ${name} of the second time`, first[name]!, numbers, shapes[name]!);
    }
    const carried = new Set(Object.values(carry));
    for (const { name, shape } of program.inputs) {
      if (carried.has(name)) continue;
      checkSame(
        `${testCase.name}: input ${name} afterwards`,
        inputs[name]!,
        await inputPlaces[name]!.read(),
        shape,
      );
    }
  } finally {
    executable.dispose();
    for (const place of allocated) place.dispose();
  }
}

async function readAll(places: Places): Promise<Record<string, Float32Array>> {
  const numbers = await Promise.all(Object.values(places).map((place) => place.read()));
  return Object.fromEntries(Object.keys(places).map((name, i) => [name, numbers[i]!]));
}
