/** Pendulum, after Gymnasium's picture: a red rod around a black axle, and an arrow as large as the torque. */
import type { Canvas2D } from './canvas.ts';
import type { Painter } from './painter.ts';
import { background, disc, placed, polygon } from './shapes.ts';

const size = 500;
const pixelsPerMetre = size / 4.4;
const maximumTorque = 2;

/** Draws the state of `pendulum`, and the torque that led to it. */
export const pendulumPainter: Painter = {
  width: size,
  height: size,
  framesPerSecond: 30,
  paint(canvas, { state, action }) {
    background(canvas, size, size, 'white');
    const centre = size / 2;
    // The angle is counted counterclockwise from upright.
    placed(canvas, centre, centre, -state[0]!, () => {
      canvas.strokeStyle = 'rgb(204, 77, 77)';
      canvas.lineWidth = 0.2 * pixelsPerMetre;
      canvas.lineCap = 'round';
      canvas.beginPath();
      canvas.lineTo(0, 0);
      canvas.lineTo(0, -pixelsPerMetre);
      canvas.stroke();
    });
    const torque = Math.max(-maximumTorque, Math.min(maximumTorque, action?.[0] ?? 0));
    if (torque !== 0) paintTorque(canvas, centre, torque);
    disc(canvas, centre, centre, 0.05 * pixelsPerMetre, 'black');
  },
};

/** Three quarters of a circle with a head, counterclockwise for a positive torque. */
function paintTorque(canvas: Canvas2D, centre: number, torque: number): void {
  const share = Math.abs(torque) / maximumTorque;
  const radius = 0.45 * pixelsPerMetre * share;
  const head = 0.16 * pixelsPerMetre * share;
  canvas.save();
  canvas.translate(centre, centre);
  canvas.scale(torque > 0 ? -1 : 1, 1);
  canvas.strokeStyle = 'black';
  canvas.lineWidth = 4 * share;
  canvas.beginPath();
  canvas.arc(0, 0, radius, 0.75 * Math.PI, 0.2 * Math.PI);
  canvas.stroke();
  canvas.rotate(0.2 * Math.PI);
  polygon(canvas, [radius - head / 2, 0, radius + head / 2, 0, radius, head], 'black');
  canvas.restore();
}
