/**
 * Any Gymnasium environment of Python, served by child processes.
 *
 * @module
 */
export { type PythonOptions } from './bridge.ts';
export { pythonEnvironment, type PythonEnvironmentOptions } from './python-environment.ts';
export { pythonVectorEnvironment, type PythonVectorOptions } from './python-vector-environment.ts';
