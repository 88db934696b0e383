/**
 * The part of a 2-D canvas that painters use: a browser's `CanvasRenderingContext2D` has it, and so has every canvas
 * package for Node. Lengths are in pixels of the painter's picture, y points down, angles are in radians clockwise.
 */

/** What painters draw on. Its members mean what the HTML standard says. */
export interface Canvas2D {
  /** What shapes are filled with. */
  get fillStyle(): unknown;
  /** A CSS colour. */
  set fillStyle(color: string);
  /** What lines are drawn with. */
  get strokeStyle(): unknown;
  /** A CSS colour. */
  set strokeStyle(color: string);
  /** Width of strokes. */
  lineWidth: number;
  /** Ends of strokes. */
  lineCap: 'butt' | 'round' | 'square';
  /** Remembers colours, widths and the transformation. */
  save(): void;
  /** Brings back what was remembered last. */
  restore(): void;
  /** Moves the origin. */
  translate(x: number, y: number): void;
  /** Turns the axes. */
  rotate(angle: number): void;
  /** Stretches the axes. */
  scale(x: number, y: number): void;
  /** Fills a rectangle. */
  fillRect(x: number, y: number, width: number, height: number): void;
  /** Starts a new path. */
  beginPath(): void;
  /** Lifts the pen. */
  moveTo(x: number, y: number): void;
  /** Draws a line. */
  lineTo(x: number, y: number): void;
  /** Draws an arc. */
  arc(x: number, y: number, radius: number, from: number, to: number, counterclockwise?: boolean): void;
  /** Draws back to where the pen was set down. */
  closePath(): void;
  /** Fills the path. */
  fill(): void;
  /** Draws the path's outline. */
  stroke(): void;
}
