"""The Python end of the bridge: copies of one Gymnasium environment, served over a pair of pipes.

Requests come on descriptor 3, answers go to descriptor 4; what environments print goes elsewhere. A request is its name
in eight bytes, then numbers as float64; the end of the requests ends the process. An answer is four unsigned 32-bit
numbers (1 for a failure; length of the text; episodes that ended; 0), then, for `reset` and `step`, rewards [N] float64,
observations [N, W], final observations of the episodes that ended, terminated [N] and truncated [N] as bytes, and last
the text: JSON in UTF-8, or a picture.

N: copies, W: numbers in an observation, where a choice is one number.
"""
import array
import base64
import json
import math
import os
import signal
import struct
import sys
import traceback

#: Type codes of `array` and names in NumPy of the forms in which observations travel.
FORMS = {"B": "uint8", "f": "float32", "d": "float64"}


class Refusal(Exception):
    """Something that the other end explains to its user."""

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


class Host:
    """The environments and how their values become bytes."""

    def __init__(self, id, count, autoreset, options):
        # Here, because a missing module has to be told through the pipe.
        import gymnasium

        self.spaces = gymnasium.spaces
        self.autoreset = autoreset
        self.row = None
        if id.startswith("ALE/"):
            import ale_py

            gymnasium.register_envs(ale_py)
        self.environments = [gymnasium.make(id, **options) for _ in range(count)]
        # Gymnasium brings NumPy; environments without it act on lists.
        self.numpy = sys.modules.get("numpy")
        first = self.environments[0]
        self.observation_space = first.observation_space
        self.action_space = first.action_space
        self.facts = {
            "observationSpace": self.described("observation", self.observation_space),
            "actionSpace": self.described("action", self.action_space),
            "framesPerSecond": (getattr(first, "metadata", None) or {}).get("render_fps"),
        }
        self.form = self.form_of(self.observation_space)
        self.facts["form"] = FORMS[self.form]

    def reset(self, seed):
        """Starts all episodes; copy i has the seed `seed` + i. NaN leaves the generators where they stand."""
        observations = bytearray()
        infos = []
        for self.row, environment in enumerate(self.environments):
            own = None if math.isnan(seed) else int(seed) + self.row
            observation, info = environment.reset(seed=own)
            self.pack(self.observation_space, observation, observations)
            infos.append(info)
        count = len(self.environments)
        return self.answer(bytes(8 * count), observations, b"", 0, bytes(2 * count), infos)

    def step(self, numbers):
        """Takes a step of every copy; with autoreset, those whose episode ends start anew."""
        rewards = array.array("d")
        observations, finals = bytearray(), bytearray()
        terminated, truncated = bytearray(), bytearray()
        ended = 0
        infos = []
        for self.row, environment in enumerate(self.environments):
            action = self.action(self.action_space, numbers)
            observation, reward, is_terminated, is_truncated, info = environment.step(action)
            rewards.append(float(reward))
            terminated.append(bool(is_terminated))
            truncated.append(bool(is_truncated))
            infos.append(info)
            if self.autoreset and (is_terminated or is_truncated):
                ended += 1
                self.pack(self.observation_space, observation, finals)
                observation, _ = environment.reset()
            self.pack(self.observation_space, observation, observations)
        return self.answer(rewards.tobytes(), observations, finals, ended, terminated + truncated, infos)

    def answer(self, rewards, observations, finals, ended, flags, infos):
        # The information of many copies is for nobody.
        text = b"" if self.autoreset else json.dumps(plain(infos[0])).encode()
        header = struct.pack("=IIII", 0, len(text), ended, 0)
        return b"".join((header, rewards, observations, finals, flags, text))

    def render(self):
        """The picture of the first copy: height and width, then its bytes [height, width, 3]."""
        self.row = 0
        picture = self.environments[0].render()
        height, width = getattr(picture, "shape", (0, 0))[:2]
        data = picture.tobytes() if height else b""
        if len(data) != 3 * height * width or not data:
            got = type(picture).__name__ if not height else f"one of shape {picture.shape}"
            raise Refusal("value", f'a picture [height, width, 3] of bytes from render(), got {got}')
        text = struct.pack("=II", height, width) + data
        return struct.pack("=IIII", 0, len(text), 0, 0) + text

    def described(self, name, space):
        """A space as plain data."""
        spaces = self.spaces
        if isinstance(space, spaces.Box):
            low, high = flat(space.low), flat(space.high)
            return {
                "kind": "Box",
                "shape": list(space.shape),
                "dtype": box_type(str(space.dtype), low, high),
                "low": encoded(low),
                "high": encoded(high),
            }
        if isinstance(space, spaces.Discrete):
            return {"kind": "Discrete", "n": int(space.n), "start": int(space.start)}
        if isinstance(space, spaces.MultiDiscrete) and not any(flat(getattr(space, "start", []))):
            return {"kind": "MultiDiscrete", "nvec": [int(n) for n in flat(space.nvec)]}
        if isinstance(space, spaces.MultiBinary):
            return {"kind": "MultiBinary", "n": math.prod(space.shape)}
        if isinstance(space, spaces.Dict):
            parts = [[key, self.described(name, space[key])] for key in sorted(space.spaces)]
            return {"kind": "Dict", "spaces": parts}
        if isinstance(space, spaces.Tuple):
            return {"kind": "Tuple", "spaces": [self.described(name, part) for part in space.spaces]}
        raise Refusal(
            "space",
            f"the {name} space to be made of Box, Discrete, MultiDiscrete (from 0), MultiBinary, Dict and Tuple, "
            f"got {space}",
        )

    def form_of(self, space):
        """The smallest form that keeps every number of a space."""
        spaces = self.spaces
        if isinstance(space, spaces.Dict):
            parts = [self.form_of(space[key]) for key in space.spaces]
        elif isinstance(space, spaces.Tuple):
            parts = [self.form_of(part) for part in space.spaces]
        elif isinstance(space, spaces.Box):
            return {"uint8": "B", "float32": "f"}.get(str(space.dtype), "d")
        else:
            return "d"
        return max(parts, key=list(FORMS).index)

    def pack(self, space, value, into):
        """Appends the numbers of a value."""
        if isinstance(space, self.spaces.Dict):
            for key in sorted(space.spaces):
                self.pack(space[key], value[key], into)
            return
        if isinstance(space, self.spaces.Tuple):
            for part, item in zip(space.spaces, value, strict=True):
                self.pack(part, item, into)
            return
        size = math.prod(space.shape)
        form = self.form
        try:
            if hasattr(value, "astype"):
                # Casting would cut off what bytes cannot hold.
                casting = "safe" if form == "B" else "unsafe"
                numbers = value.astype(FORMS[form], casting=casting, copy=False)
                length, data = numbers.size, numbers.tobytes()
            else:
                numbers = array.array(form, flat(value))
                length, data = len(numbers), numbers.tobytes()
        except (TypeError, ValueError, OverflowError) as error:
            raise Refusal("value", f"observation in {space}, got {shortened(value)} ({error})") from error
        if length != size:
            raise Refusal("value", f"observation in {space}, got {length} numbers instead of {size}")
        into += data

    def action(self, space, numbers):
        """The next action of an iterator over numbers."""
        spaces = self.spaces
        if isinstance(space, spaces.Discrete):
            return int(next(numbers))
        if isinstance(space, spaces.Dict):
            return {key: self.action(space[key], numbers) for key in sorted(space.spaces)}
        if isinstance(space, spaces.Tuple):
            return tuple(self.action(part, numbers) for part in space.spaces)
        whole = not isinstance(space, spaces.Box) or "int" in str(space.dtype)
        values = [int(next(numbers)) if whole else next(numbers) for _ in range(math.prod(space.shape))]
        return values if self.numpy is None else self.numpy.array(values, dtype=space.dtype).reshape(space.shape)


def flat(value):
    """The numbers of a value, whatever its nesting."""
    if hasattr(value, "ravel"):
        return value.ravel().tolist()
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return [value]
    return [number for item in value for number in flat(item)]


def encoded(numbers):
    return base64.b64encode(array.array("d", numbers).tobytes()).decode()


def box_type(dtype, low, high):
    """The type of a Box as Ascent has it."""
    if dtype in ("uint8", "float32", "float64"):
        return dtype
    if dtype == "float16":
        return "float32"
    fits = dtype == "bool" or ("int" in dtype and min(low) >= -(2**31) and max(high) < 2**31)
    return "int32" if fits else "float64"


def plain(value):
    """What JSON can hold of a value; the rest is left out."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        kept = {str(key): plain(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (str, bool, int, float)) else None


def shortened(value):
    text = repr(value)
    return text if len(text) <= 100 else text[:100] + "…"


def failure(error, row):
    """An error as the answer to a request."""
    if isinstance(error, Refusal):
        kind, text = error.kind, str(error)
    elif isinstance(error, ModuleNotFoundError):
        cause = error if error.name else error.__cause__
        kind, text = "module", getattr(cause, "name", None) or str(error)
    elif row is None and type(error).__module__.startswith("gymnasium"):
        kind, text = "make", str(error)
    else:
        kind, text = "raised", "".join(traceback.format_exception(error)).rstrip()
    data = json.dumps({"kind": kind, "text": text, "row": row}).encode()
    return struct.pack("=IIII", 1, len(data), 0, 0) + data


def be_patient():
    """Lets whoever trains end in order at Ctrl-C; a second one ends an environment that hangs."""

    def end(*_):
        os._exit(130)

    signal.signal(signal.SIGINT, lambda *_: signal.signal(signal.SIGINT, end))


def serve(settings, requests, answers):
    def send(data):
        answers.write(data)
        answers.flush()

    host = None
    try:
        sys.path.insert(0, settings["modulePath"])
        host = Host(settings["id"], settings["count"], settings["autoreset"], settings["options"])
        facts = json.dumps(host.facts).encode()
        send(struct.pack("=IIII", 0, len(facts), 0, 0) + facts)
        while name := requests.read(8):
            if name.startswith(b"reset"):
                send(host.reset(*struct.unpack("=d", requests.read(8))))
            elif name.startswith(b"step"):
                (length,) = struct.unpack("=d", requests.read(8))
                send(host.step(iter(array.array("d", requests.read(8 * int(length))))))
            else:
                send(host.render())
    except Exception as error:
        send(failure(error, host.row if host else None))
    finally:
        for environment in host.environments if host else []:
            environment.close()


if __name__ == "__main__":
    be_patient()
    try:
        serve(json.loads(sys.argv[1]), open(3, "rb"), open(4, "wb"))
    except BrokenPipeError:
        pass  # The other end is gone.
