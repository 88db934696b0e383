/** Runs Ascent programs on ONNX Runtime. */

export {};
