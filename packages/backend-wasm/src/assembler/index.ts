/** A small WebAssembly assembler. */
export { format, type Code, type Instruction, type Mnemonic } from './instructions.ts';
export {
  encodeModule,
  formatModule,
  Locals,
  type FunctionDefinition,
  type MemoryImport,
  type ValueType,
} from './module.ts';
