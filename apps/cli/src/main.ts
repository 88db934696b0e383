/** The `ascent` command. */

/** Runs the command line; resolves with the exit code. */
export async function main(_arguments: readonly string[]): Promise<number> {
  return 0;
}
