/**
 * Blackjack: come closer to 21 than the dealer, and not beyond.
 *
 * Source: Sutton and Barto (2nd ed. 2018), example 5.1; rules and random draws as Gymnasium's Blackjack-v1, which draws
 * from an endless deck. Observation: the player's sum (0 to 31), the dealer's open card (0 to 10, an ace is 1), whether
 * the player has an ace that counts 11. Action: 0 sticks, 1 hits. The dealer draws up to 17.
 */
import type { Generator } from '@ascent-rl/core/random';
import type { Dynamics } from '../dynamics.ts';
import { resolveOptions } from '../options.ts';
import { discrete } from '../spaces/choices.ts';
import { tuple } from '../spaces/space.ts';
import type { Tuple } from '../spaces/types.ts';

/** Numbers of a hand: its sum with aces as 1, whether it has an ace, how many cards it has. */
const handSize = 3;
const dealer = handSize;
const openCard = 2 * handSize;
const stateSize = 2 * handSize + 1;
const sumChoices = 32;
const cardChoices = 11;

/** Options of {@link blackjack}. */
export interface BlackjackOptions {
  /**
   * By the rules of the book: an ace and a ten at once (a natural) win, unless the dealer has one too. Default true, as
   * Blackjack-v1 is registered.
   */
  readonly bookRules?: boolean;
  /** Without the rules of the book: 1.5 for winning with a natural. Default false. */
  readonly naturalBonus?: boolean;
}

/** The dynamics of Blackjack: reward 1 for winning, 0 for a draw, -1 for losing; every stick and bust ends the episode. */
export function blackjack(options: BlackjackOptions = {}): Dynamics<Tuple> {
  const { bookRules, naturalBonus } = resolveOptions('Blackjack', options, {
    bookRules: true,
    naturalBonus: false,
  });

  /** The reward of the player who sticks. */
  const settle = (state: Float64Array, player: number): number => {
    const won = Math.sign(score(state, player) - score(state, player + dealer));
    if (!isNatural(state, player)) return won;
    if (bookRules) return isNatural(state, player + dealer) ? won : 1;
    return naturalBonus && won === 1 ? 1.5 : won;
  };
  return {
    stateSize,
    observationSpace: tuple([discrete(sumChoices), discrete(cardChoices), discrete(2)]),
    actionSpace: discrete(2),
    reset(random, state, row) {
      const player = row * stateSize;
      state.fill(0, player, player + stateSize);
      state[player + openCard] = takeCard(random, state, player + dealer);
      takeCard(random, state, player + dealer);
      takeCard(random, state, player);
      takeCard(random, state, player);
      // Gymnasium draws the open card's suit, and whether a ten is a jack, queen or king, for its picture.
      random.integers(0, 4);
      if (state[player + openCard] === 10) random.integers(0, 3);
    },
    step(state, actions, rewards, terminated, count, generators) {
      for (let row = 0; row < count; row++) {
        const player = row * stateSize;
        const random = generators[row]!;
        if (actions[row] === 1) {
          takeCard(random, state, player);
          const isBust = total(state, player) > 21;
          terminated[row] = isBust ? 1 : 0;
          rewards[row] = isBust ? -1 : 0;
        } else {
          while (total(state, player + dealer) < 17) takeCard(random, state, player + dealer);
          terminated[row] = 1;
          rewards[row] = settle(state, player);
        }
      }
    },
    observe(state, observations, start, stop) {
      const size = sumChoices + cardChoices + 2;
      observations.fill(0, start * size, stop * size);
      for (let row = start; row < stop; row++) {
        const player = row * stateSize;
        const at = row * size;
        const sum = total(state, player);
        observations[at + sum] = 1;
        observations[at + sumChoices + state[player + openCard]!] = 1;
        observations[at + sumChoices + cardChoices + (sum > state[player]! ? 1 : 0)] = 1;
      }
    },
  };
}

/** Adds a card to a hand: 1 to 9, or one of four tens. */
function takeCard(random: Generator, state: Float64Array, hand: number): number {
  const card = Math.min(10, 1 + random.integers(0, 13));
  state[hand] = state[hand]! + card;
  if (card === 1) state[hand + 1] = 1;
  state[hand + 2] = state[hand + 2]! + 1;
  return card;
}

/** The sum of a hand in which an ace counts 11 where that does not go beyond 21. */
function total(state: Float64Array, hand: number): number {
  const sum = state[hand]!;
  return state[hand + 1] === 1 && sum <= 11 ? sum + 10 : sum;
}

/** The sum, or 0 beyond 21. */
function score(state: Float64Array, hand: number): number {
  const sum = total(state, hand);
  return sum > 21 ? 0 : sum;
}

/** An ace and a ten. */
function isNatural(state: Float64Array, hand: number): boolean {
  return state[hand + 2] === 2 && state[hand + 1] === 1 && state[hand] === 11;
}
