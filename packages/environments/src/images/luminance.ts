/** How bright a colour is, as ITU-R BT.601 weighs it: 0.299 R + 0.587 G + 0.114 B, a whole number from 0 to 255. */
export function luminance(red: number, green: number, blue: number): number {
  // In thousandths: whole numbers, so that halves are rounded alike everywhere.
  return Math.round((299 * red + 587 * green + 114 * blue) / 1000);
}
