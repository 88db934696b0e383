/** Environments with the contract and the numbers of Gymnasium: spaces, registry, time limits, vectorisation. */

export {};
