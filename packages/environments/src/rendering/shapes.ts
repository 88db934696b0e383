/** Shapes that several pictures have. */
import type { Canvas2D } from './canvas.ts';

/** A full turn. */
const turn = 2 * Math.PI;

/** Fills the whole picture. */
export function background(canvas: Canvas2D, width: number, height: number, color: string): void {
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, width, height);
}

/** Fills a circle. */
export function disc(canvas: Canvas2D, x: number, y: number, radius: number, color: string): void {
  canvas.fillStyle = color;
  canvas.beginPath();
  canvas.arc(x, y, radius, 0, turn);
  canvas.fill();
}

/** Fills a polygon of points x, y, x, y, … */
export function polygon(canvas: Canvas2D, points: readonly number[], color: string): void {
  canvas.fillStyle = color;
  canvas.beginPath();
  for (let i = 0; i < points.length; i += 2) canvas.lineTo(points[i]!, points[i + 1]!);
  canvas.closePath();
  canvas.fill();
}

/** Draws a line through points x, y, x, y, … */
export function polyline(canvas: Canvas2D, points: readonly number[], color: string, width: number): void {
  canvas.strokeStyle = color;
  canvas.lineWidth = width;
  canvas.beginPath();
  for (let i = 0; i < points.length; i += 2) canvas.lineTo(points[i]!, points[i + 1]!);
  canvas.stroke();
}

/** Draws with the origin at x, y and the axes turned; settings come back afterwards. */
export function placed(canvas: Canvas2D, x: number, y: number, angle: number, draw: () => void): void {
  canvas.save();
  canvas.translate(x, y);
  canvas.rotate(angle);
  draw();
  canvas.restore();
}

/** Draws a circle's outline. */
export function ring(
  canvas: Canvas2D,
  x: number,
  y: number,
  radius: number,
  color: string,
  width: number,
): void {
  canvas.strokeStyle = color;
  canvas.lineWidth = width;
  canvas.beginPath();
  canvas.arc(x, y, radius, 0, turn);
  canvas.stroke();
}

/** Draws a square's border, inside it. */
export function frame(
  canvas: Canvas2D,
  x: number,
  y: number,
  side: number,
  color: string,
  width: number,
): void {
  canvas.fillStyle = color;
  canvas.fillRect(x, y, side, width);
  canvas.fillRect(x, y + side - width, side, width);
  canvas.fillRect(x, y, width, side);
  canvas.fillRect(x + side - width, y, width, side);
}
