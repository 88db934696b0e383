"""How many steps a second Gymnasium's environments take, one by one and vectorised, with random actions on one core.

python3 tools/bench/gymnasium-speed.py > docs/benchmarks/gymnasium.json (needs the packages gymnasium and numpy). Each figure
is that of the fastest of 400 turns of about 5 ms, the one that other processes disturbed least.
"""

import datetime
import json
import platform
import time
import warnings

import gymnasium
import numpy

warnings.simplefilter("ignore")
IDS = [
    "CartPole-v0", "CartPole-v1", "Acrobot-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1",
    "Blackjack-v1", "CliffWalking-v1", "CliffWalkingSlippery-v1", "FrozenLake-v1", "FrozenLake8x8-v1", "Taxi-v4",
]
TURNS, TURN = 400, 0.005


def fastest(step):
    """Calls a second of the fastest turn."""
    count, seconds = 32, 0.0
    while seconds < TURN:
        count *= 2
        start = time.perf_counter()
        for _ in range(count):
            step()
        seconds = time.perf_counter() - start
    best = 0.0
    for _ in range(TURNS):
        start = time.perf_counter()
        for _ in range(count):
            step()
        best = max(best, count / (time.perf_counter() - start))
    return best


def single(name):
    environment = gymnasium.make(name)
    environment.reset(seed=0)
    environment.action_space.seed(0)
    actions = [environment.action_space.sample() for _ in range(64)]
    turn = 0

    def step():
        nonlocal turn
        turn += 1
        _, _, terminated, truncated, _ = environment.step(actions[turn % 64])
        if terminated or truncated:
            environment.reset()

    return fastest(step)


def vectorised(count):
    environments = gymnasium.make_vec("CartPole-v1", num_envs=count, vectorization_mode="vector_entry_point")
    environments.reset(seed=0)
    actions = numpy.random.default_rng(0).integers(2, size=(64, count))
    turn = 0

    def step():
        nonlocal turn
        turn += 1
        environments.step(actions[turn % 64])

    return count * fastest(step)


print(json.dumps({
    "runs": 1,
    "date": datetime.date.today().isoformat(),
    "gymnasium": gymnasium.__version__,
    "numpy": numpy.__version__,
    "python": platform.python_version(),
    "single": {name: round(single(name)) for name in IDS},
    "vectorisedCartPole": {str(count): round(vectorised(count)) for count in (8, 1024)},
}, indent=2))
