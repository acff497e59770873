import { signal, type Signal } from "@preact/signals";
import type { Subscription } from "centrifuge";
import { useEffect, useState } from "preact/hooks";
import { channels, type Problem } from "../contract";
import { heard } from "./clock";
import { socket } from "./connection";
import { folds, type Fold, type Folded } from "./folds";
import { readProblem } from "./problem";

/** A channel as it is watched: its state, or why it may not be watched. */
interface Watched<S> {
  state: S | undefined;
  problem: Problem | undefined;
}

interface Feed<S> {
  subscription: Subscription;
  shown: Signal<Watched<S>>;
  watchers: number;
}

// Two parts of a page that look at one thing share one subscription.
const feeds = new Map<string, Feed<never>>();

/** Watch something for as long as the component is there. Nothing is watched without an id. */
export function useWatched<N extends keyof Folded>(noun: N, id: string | undefined): Watched<Folded[N]> {
  const [feed, setFeed] = useState<Feed<Folded[N]>>();
  useEffect(() => {
    if (id === undefined) return;
    const name = channels[noun](id);
    setFeed(join(noun, name));
    return () => {
      setFeed(undefined);
      leave(name);
    };
  }, [noun, id]);
  return feed?.shown.value ?? { state: undefined, problem: undefined };
}

function join<N extends keyof Folded>(noun: N, name: string): Feed<Folded[N]> {
  const known = feeds.get(name) as Feed<Folded[N]> | undefined;
  const feed = known ?? open(noun, name);
  feed.watchers++;
  return feed;
}

function leave(name: string): void {
  const feed = feeds.get(name);
  if (!feed || --feed.watchers > 0) return;
  feeds.delete(name);
  socket.removeSubscription(feed.subscription);
}

function open<N extends keyof Folded>(noun: N, name: string): Feed<Folded[N]> {
  const subscription = socket.newSubscription(name);
  const shown = signal<Watched<Folded[N]>>({ state: undefined, problem: undefined });
  const fold = folds[noun] as Fold<N>;
  const show = (state: Folded[N]): void => {
    shown.value = { state, problem: undefined };
  };
  subscription.on("subscribed", ({ recovered, data }) => {
    if (data?.time) heard(data.time);
    if (!recovered && data) show(fold.begin(data, shown.value.state));
  });
  subscription.on("publication", ({ data }) => {
    heard(data.time);
    if (shown.value.state) show(fold.next(shown.value.state, data));
  });
  subscription.on("unsubscribed", ({ code, reason }) => {
    if (code !== 0) shown.value = { ...shown.value, problem: readProblem(reason) };
  });
  subscription.subscribe();
  const feed = { subscription, shown, watchers: 0 };
  feeds.set(name, feed as unknown as Feed<never>);
  return feed;
}
