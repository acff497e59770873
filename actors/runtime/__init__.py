"""What every actor is run by: addresses, mailboxes, turns, group commit, sleep.

The guarantees, and where they are kept:

- One message at a time; each sees the effects of those before it (`activation`).
- An answer means durable: it leaves after the commit that it rests on, a refusal too (`activation`).
- A stale owner cannot write: the commit carries the version it builds on; whatever fails in a commit ends the
  activation, and what was asked is decided again from what the store holds (`activation`, `ports.Store`).
- Nor does it answer: where nothing is written, the version is looked at before the answer (`activation`).
- A full mailbox refuses with `Busy`; unread letters of a dying actor are answered (`directory`).
- What is asked goes to the node that owns the actor, in its order, and is decided here where that one cannot be asked;
  a lease only directs messages (`courier`, `ports.Placement`).
"""
