/** Small helpers over records. */

/** The record with each value replaced. */
export function mapValues<Name extends string, T, U>(
  record: Readonly<Record<Name, T>>,
  replace: (value: T, name: Name) => U,
): Record<Name, U> {
  const entries = Object.entries<T>(record).map(([name, value]) => [name, replace(value, name as Name)]);
  return Object.fromEntries(entries) as Record<Name, U>;
}

/** The entries of a record whose names pass a test. */
export function pickEntries<T>(
  record: Readonly<Record<string, T>>,
  wanted: (name: string) => boolean,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => wanted(name)));
}
