/** Trust region methods: PPO. */

export {};
