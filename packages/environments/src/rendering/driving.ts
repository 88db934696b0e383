/** Driving, from above: our car in blue, those ahead in grey, those that come the other way in red. */
import type { Numbers } from '../spaces/types.ts';
import type { Canvas2D } from './canvas.ts';
import type { Painter } from './painter.ts';
import { background, placed, polygon, polyline } from './shapes.ts';

const width = 320;
const height = 640;
const pixelsPerMetre = 5;
/** Where our car's place on the middle of its lane is in the picture. */
const [homeX, homeY] = [200, 520];
const [behind, ahead, stepLength] = [-30, 120, 2];

/** Of the dynamics: metres, and numbers of the state. */
const laneWidth = 4;
const waveLength = 400;
const [carLength, carWidth] = [4.5, 2];
const [way, offset, heading, roadPhase, firstCar] = [0, 1, 2, 5, 11];

/** A point of the road and its direction there, clockwise from upwards. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
}

/** Draws the state of `driving` with that many cars ahead and that curvature; the other cars are oncoming ones. */
export function drivingPainter({ cars = 4, curvature = 0.005, passing = true } = {}): Painter {
  return {
    width,
    height,
    framesPerSecond: 10,
    paint(canvas, { state }) {
      const places = roadPlaces(state, curvature);
      background(canvas, width, height, 'rgb(120, 160, 96)');
      const leftEdge = passing ? 1.5 * laneWidth : 0.5 * laneWidth;
      const edge = places.flatMap((place) => beside(place, -0.5 * laneWidth));
      const otherEdge = places.toReversed().flatMap((place) => beside(place, leftEdge));
      polygon(canvas, [...edge, ...otherEdge], 'rgb(90, 90, 94)');
      polyline(canvas, edge, 'white', 2);
      polyline(canvas, otherEdge, 'white', 2);
      if (passing) {
        // The line between the lanes, 4 m of every 8 m of the way.
        for (let metres = behind + 8 - (state[way]! % 8); metres < ahead - 4; metres += 8) {
          const ends = [metres, metres + 4].flatMap((end) => beside(placeAt(places, end), laneWidth / 2));
          polyline(canvas, ends, 'white', 2);
        }
      }
      for (let i = firstCar; i < state.length; i++) {
        const isOncoming = i >= firstCar + cars;
        if (state[i]! < behind || state[i]! >= ahead) continue;
        const place = placeAt(places, state[i]!);
        const color = isOncoming ? 'rgb(214, 70, 60)' : 'rgb(200, 204, 210)';
        paintCar(canvas, place, isOncoming ? laneWidth : 0, isOncoming ? Math.PI : 0, color);
      }
      const home: Place = { x: homeX, y: homeY, angle: 0 };
      paintCar(canvas, home, state[offset]!, -state[heading]!, 'rgb(60, 120, 230)');
    },
  };
}

/** Points of the middle of our lane from `behind` to `ahead`: the curvature κ₀ sin(2π s / 400 m + φ), integrated twice. */
function roadPlaces(state: Numbers, curvature: number): readonly Place[] {
  const frequency = (2 * Math.PI) / waveLength;
  const phase = frequency * state[way]! + state[roadPhase]!;
  const angleAt = (metres: number): number =>
    (-curvature / frequency) * (Math.cos(phase) - Math.cos(phase + frequency * metres));
  const count = (ahead - behind) / stepLength + 1;
  const home = -behind / stepLength;
  const places: Place[] = new Array<Place>(count);
  places[home] = { x: homeX, y: homeY, angle: 0 };
  for (const direction of [1, -1]) {
    for (let i = home + direction; i >= 0 && i < count; i += direction) {
      const { x, y } = places[i - direction]!;
      const angle = angleAt(stepLength * (i - home));
      const length = direction * stepLength * pixelsPerMetre;
      places[i] = { x: x + length * Math.sin(angle), y: y - length * Math.cos(angle), angle };
    }
  }
  return places;
}

/** The place some metres ahead, between those that are known. */
function placeAt(places: readonly Place[], metres: number): Place {
  const index = (metres - behind) / stepLength;
  const from = places[Math.floor(index)]!;
  const to = places[Math.floor(index) + 1]!;
  const share = index - Math.floor(index);
  const between = (a: number, b: number): number => a + share * (b - a);
  return { x: between(from.x, to.x), y: between(from.y, to.y), angle: between(from.angle, to.angle) };
}

/** The point some metres to the left of a place. */
function beside({ x, y, angle }: Place, metres: number): readonly [number, number] {
  const length = metres * pixelsPerMetre;
  return [x - length * Math.cos(angle), y - length * Math.sin(angle)];
}

function paintCar(canvas: Canvas2D, place: Place, left: number, turned: number, color: string): void {
  placed(canvas, ...beside(place, left), place.angle + turned, () => {
    const [long, wide] = [carLength * pixelsPerMetre, carWidth * pixelsPerMetre];
    canvas.fillStyle = color;
    canvas.fillRect(-wide / 2, -long / 2, wide, long);
    canvas.fillStyle = 'rgb(30, 40, 50)';
    canvas.fillRect(-wide / 2 + 1, -long / 4, wide - 2, long / 6);
  });
}
