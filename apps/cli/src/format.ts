/** Numbers and durations as people read them. */

/** A whole number with separators: 12,345. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A return or the like: two digits after the point, or – where there is none yet. */
export function formatNumber(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(2);
}

/** Seconds as 12 s, 3 min 5 s or 2 h 7 min. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Mean and standard deviation over the values (not of the mean), as 475.20 ± 12.00. */
export function formatMean(values: readonly number[]): string {
  const { mean, deviation } = meanAndDeviation(values);
  return `${formatNumber(mean)} ± ${formatNumber(deviation)}`;
}

/** Mean and standard deviation over the values. */
export function meanAndDeviation(values: readonly number[]): {
  readonly mean: number;
  readonly deviation: number;
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** `count` characters, the share that is done heavy and the rest light. */
export function progressBar(share: number, count: number): { readonly done: string; readonly left: string } {
  const done = Math.round(Math.min(1, Math.max(0, share)) * count);
  return { done: '━'.repeat(done), left: '─'.repeat(count - done) };
}

/** A word of a command line as a POSIX shell reads it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
