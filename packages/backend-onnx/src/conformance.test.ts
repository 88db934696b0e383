import { describeConformance } from '@ascent-rl/core/conformance';
import { onnxBackend } from './index.ts';

describeConformance({ describe, test, afterAll }, () => onnxBackend());
