"""A flash sale with everything that can go wrong in it, from a seed: the same seed is the same story, to the word.

The shop's own code runs unchanged, above its ports (`node`); what is below is simulated: the event loop and its clock
(`loop`), what PostgreSQL keeps (`books`, `database`, `store`), the network (`network`, `wire`), the bank (`bank`) and
people (`people`, `devices`). The `weather` breaks things, `checks` watches. `world` is one schedule, from its seed.

It stands beside the entry points, above `server.app`: like it, it says who stands behind which port.
See docs/decisions/0009 for what it can find and what it cannot.
"""

from server.simulation.world import Outcome, Plan, simulate

__all__ = ["Outcome", "Plan", "simulate"]
