/** Blackjack: above the dealer's open card, below the player's sum; a card each for those that were dealt. */
import type { Canvas2D } from './canvas.ts';
import { wholeNumber } from './digits.ts';
import type { Painter } from './painter.ts';
import { background, disc } from './shapes.ts';

const width = 480;
const height = 400;
const cloth = 'rgb(24, 110, 66)';
const paper = 'rgb(250, 250, 244)';
const back = 'rgb(170, 50, 60)';
const ink = 'rgb(30, 30, 30)';

/** Draws the state of `blackjack`; the gold chip is an ace of the player that counts 11. */
export const blackjackPainter: Painter = {
  width,
  height,
  framesPerSecond: 1,
  paint(canvas, { state }) {
    const [sum, hasAce, cards, , , dealerCards, openCard] = Array.from(state) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    background(canvas, width, height, cloth);
    for (let i = dealerCards - 1; i > 0; i--) paintCard(canvas, 40 + 40 * i, 30, back);
    paintCard(canvas, 40, 30, paper);
    wholeNumber(canvas, openCard, openCard < 10 ? 68 : 50, 72, 60, ink);

    for (let i = cards - 1; i >= 0; i--) paintCard(canvas, 40 + 40 * i, 220, paper);
    const isSoft = hasAce === 1 && sum <= 11;
    wholeNumber(canvas, isSoft ? sum + 10 : sum, 300, 240, 100, paper);
    if (isSoft) disc(canvas, 440, 340, 16, 'rgb(240, 200, 60)');
  },
};

function paintCard(canvas: Canvas2D, x: number, y: number, color: string): void {
  canvas.fillStyle = cloth;
  canvas.fillRect(x - 2, y - 2, 104, 154);
  canvas.fillStyle = color;
  canvas.fillRect(x, y, 100, 150);
}
