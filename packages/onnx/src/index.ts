/** Lowers Ascent programs to ONNX models and writes them to files. */

export {};
