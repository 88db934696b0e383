"""SAC, TD3 and DDPG on Pendulum-v1 in PyTorch, with the structure of Stable-Baselines3: modules, an optimizer each, a loss
at a time, a replay buffer of NumPy arrays; without its callbacks, logs and wrappers of environments.

For `npm run bench:off-policy -- --torch python3` (needs the packages torch and numpy). Reads a line `<task> <times>`, does
that task so often, and answers with a line. Tasks: sac, td3, ddpg (an environment step and a gradient step), product.
"""

import copy
import math
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(sys.argv[1]))
np.random.seed(1)
torch.manual_seed(1)
HIDDEN, BATCH, CAPACITY, STARTS, DISCOUNT, TAU = 256, 256, 100_000, 256, 0.99, 0.005


def network(inputs, outputs):
    return nn.Sequential(
        nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, outputs)
    )


class Critics(nn.Module):
    def __init__(self, count):
        super().__init__()
        self.networks = nn.ModuleList(network(4, 1) for _ in range(count))

    def forward(self, observations, actions):
        inputs = torch.cat([observations, actions], dim=1)
        return [one(inputs) for one in self.networks]


class Training:
    """What all three have in common."""

    def __init__(self, actor, count):
        self.actor, self.critics = actor, Critics(count)
        self.targets = copy.deepcopy(self.critics)
        self.actor_optimizer = torch.optim.Adam(self.actor.parameters(), lr=1e-3)
        self.critic_optimizer = torch.optim.Adam(self.critics.parameters(), lr=1e-3)
        self.rows = {
            name: np.zeros((CAPACITY, size), np.float32)
            for name, size in [("seen", 3), ("action", 1), ("reward", 1), ("next", 3), ("done", 1)]
        }
        self.size = self.time = self.updates = 0
        self.reset()
        for _ in range(STARTS):
            self.experience(np.random.uniform(-1, 1, 1).astype(np.float32))

    def reset(self):
        self.angle, self.speed, self.time = np.random.uniform(-math.pi, math.pi), np.random.uniform(-1, 1), 0

    def observe(self):
        return np.array([math.cos(self.angle), math.sin(self.angle), self.speed], np.float32)

    def experience(self, action):
        seen, torque = self.observe(), 2 * float(action[0])
        fromTop = (self.angle + math.pi) % (2 * math.pi) - math.pi
        reward = -(fromTop**2 + 0.1 * self.speed**2 + 0.001 * torque**2)
        self.speed = min(max(self.speed + (15 * math.sin(self.angle) + 3 * torque) * 0.05, -8), 8)
        self.angle += self.speed * 0.05
        self.time += 1
        row = self.size % CAPACITY
        for name, value in [("seen", seen), ("action", action), ("reward", reward), ("next", self.observe())]:
            self.rows[name][row] = value
        self.size += 1
        if self.time == 200:
            self.reset()

    def sample(self):
        drawn = np.random.randint(0, min(self.size, CAPACITY), BATCH)
        return [torch.as_tensor(self.rows[name][drawn]) for name in ("seen", "action", "reward", "next", "done")]

    def descend(self, optimizer, loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def average(self, source, target):
        with torch.no_grad():
            for new, old in zip(source.parameters(), target.parameters()):
                old.mul_(1 - TAU)
                torch.add(old, new, alpha=TAU, out=old)

    def step(self):
        with torch.no_grad():
            action = self.act(torch.as_tensor(self.observe()).reshape(1, 3))
        self.experience(action.reshape(1).numpy())
        self.updates += 1
        self.learn(*self.sample())


class SquashedActor(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(3, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU())
        self.mean, self.deviation = nn.Linear(HIDDEN, 1), nn.Linear(HIDDEN, 1)

    def forward(self, observations):
        features = self.features(observations)
        mean, logDeviation = self.mean(features), self.deviation(features).clamp(-20, 2)
        normal = torch.distributions.Normal(mean, logDeviation.exp())
        draw = normal.rsample()
        action = torch.tanh(draw)
        return action, (normal.log_prob(draw) - torch.log(1 - action**2 + 1e-6)).sum(dim=1, keepdim=True)


class Sac(Training):
    def __init__(self):
        super().__init__(SquashedActor(), 2)
        self.logTemperature = torch.zeros(1, requires_grad=True)
        self.temperature_optimizer = torch.optim.Adam([self.logTemperature], lr=1e-3)

    def act(self, observations):
        return self.actor(observations)[0]

    def learn(self, seen, action, reward, following, done):
        chosen, logProbability = self.actor(seen)
        temperature = self.logTemperature.exp().detach()
        self.descend(self.temperature_optimizer, -(self.logTemperature * (logProbability - 1).detach()).mean())
        with torch.no_grad():
            nextAction, nextLogProbability = self.actor(following)
            least = torch.cat(self.targets(following, nextAction), dim=1).min(dim=1, keepdim=True)[0]
            target = reward + (1 - done) * DISCOUNT * (least - temperature * nextLogProbability)
        values = self.critics(seen, action)
        self.descend(self.critic_optimizer, 0.5 * sum(F.mse_loss(value, target) for value in values))
        least = torch.cat(self.critics(seen, chosen), dim=1).min(dim=1, keepdim=True)[0]
        self.descend(self.actor_optimizer, (temperature * logProbability - least).mean())
        self.average(self.critics, self.targets)


class Td3(Training):
    def __init__(self, count=2, delay=2, noise=0.2):
        super().__init__(nn.Sequential(network(3, 1), nn.Tanh()), count)
        self.delay, self.noise, self.target_actor = delay, noise, copy.deepcopy(self.actor)

    def act(self, observations):
        return (self.actor(observations) + 0.1 * torch.randn(1, 1)).clamp(-1, 1)

    def learn(self, seen, action, reward, following, done):
        with torch.no_grad():
            noise = (torch.randn_like(action) * self.noise).clamp(-0.5, 0.5)
            nextAction = (self.target_actor(following) + noise).clamp(-1, 1)
            least = torch.cat(self.targets(following, nextAction), dim=1).min(dim=1, keepdim=True)[0]
            target = reward + (1 - done) * DISCOUNT * least
        values = self.critics(seen, action)
        self.descend(self.critic_optimizer, sum(F.mse_loss(value, target) for value in values))
        if self.updates % self.delay == 0:
            inputs = torch.cat([seen, self.actor(seen)], dim=1)
            self.descend(self.actor_optimizer, -self.critics.networks[0](inputs).mean())
            self.average(self.critics, self.targets)
            self.average(self.actor, self.target_actor)


left, right = torch.randn(256, 256), torch.randn(256, 256)
tasks = {
    "sac": Sac().step,
    "td3": Td3().step,
    "ddpg": Td3(count=1, delay=1, noise=0).step,
    "product": lambda: torch.mm(left, right),
}
print(torch.__version__, flush=True)
for line in sys.stdin:
    task, times = line.split()
    for _ in range(int(times)):
        tasks[task]()
    print("done", flush=True)
