/**
 * A pendulum as grey pixels, drawn from its angle alone: a white rod, as broad as that of the picture, on black.
 *
 * Each pixel is as bright as the share of it that the rod covers, to within what its distance to the rod's axis tells.
 */

/** Frames (the newest, and the one before), rows and columns. */
export const pendulumViewShape = [2, 32, 32] as const;
const [, side] = pendulumViewShape;
const pixelsPerMetre = 13;
const halfWidth = 0.15 * pixelsPerMetre;

/** Writes one frame [32, 32], whole numbers from 0 to 255, of a pendulum at `angle` (rad, counterclockwise from upright). */
export function paintPendulum(angle: number, into: Float32Array, offset: number): void {
  const centre = (side - 1) / 2;
  const x = -Math.sin(angle);
  const y = -Math.cos(angle);
  for (let row = 0, at = offset; row < side; row++) {
    for (let column = 0; column < side; column++, at++) {
      const right = column - centre;
      const down = row - centre;
      const along = Math.max(0, Math.min(pixelsPerMetre, right * x + down * y));
      const acrossX = right - along * x;
      const acrossY = down - along * y;
      const distance = Math.sqrt(acrossX * acrossX + acrossY * acrossY);
      into[at] = Math.round(255 * Math.max(0, Math.min(1, halfWidth + 0.5 - distance)));
    }
  }
}
