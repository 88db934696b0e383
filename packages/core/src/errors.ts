/**
 * The errors that Ascent raises. Callers tell them apart by class; every message says what was expected, what
 * came, and the way out.
 */

/** Base of every error that Ascent raises on purpose. */
export class AscentError extends Error {
  /**
   * Makes an error.
   *
   * @param message - What was wrong, with the offending value, and what to do.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Shapes that do not fit an operation or a program's border; raised while tracing, compiling or binding. */
export class ShapeError extends AscentError {}

/** An option or hyper-parameter outside its range, or a file or flag that the user has to correct. */
export class ConfigError extends AscentError {}

/** Something that a backend, an algorithm or a platform cannot do; raised before any work starts. */
export class UnsupportedError extends AscentError {}

/** An engine that is missing, lost or used wrongly (disposed places, another backend's arrays). */
export class BackendError extends AscentError {}

/** A checkpoint that is truncated, corrupt, or of another architecture. */
export class CheckpointError extends AscentError {}

/** An environment that breaks its contract: unknown id, step before reset, value outside a space, NaN. */
export class EnvironmentError extends AscentError {}

/** NaN or infinity in a quantity of training; names the first bad quantity. */
export class NumericalError extends AscentError {}
