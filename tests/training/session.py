"""One session of a small run, in a process of its own: ``python session.py FOLDER JSON``, or under torchrun."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from training.striped import striped

from kernelkit.training.config import Config
from kernelkit.training.loop import train

if __name__ == "__main__":
    folder, options = sys.argv[1], json.loads(sys.argv[2])
    options["options"] = tuple(options.get("options", {}).items())
    pace = options.pop("pace", 0.0)

    def progress(progress):
        """Say each step, so that a test can kill the process in the middle of one; wait as it is told."""
        sys.stdout.write(f"{progress.step}\n")
        sys.stdout.flush()
        if pace:
            import time

            time.sleep(pace)

    outcome = train(
        Config(net="lenet", size=28, **options),
        striped(203, seed=0),
        striped(61, seed=1),
        folder=folder,
        earlier="continue",
        save_every=0.0,
        device="cpu",
        progress=progress,
    )
    sys.stdout.write(f"{outcome.reason}\n")
