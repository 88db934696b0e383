/**
 * How environments look: one painter for each, on a 2-D canvas, in a browser as in Node.
 *
 * @module
 */
export { type Canvas2D } from './canvas.ts';
export { drivingPainter } from './driving.ts';
export { frozenLakePainter, gridWorldPainter } from './grid.ts';
export { dynamicsState, type Painter, type Scene } from './painter.ts';
export { findPainter, painters } from './painters.ts';
