/** The core math of Ascent: tensor programs, derivatives, networks, optimisers, random numbers, the backend contract. */

export {};
