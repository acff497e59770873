import type { ComponentChildren, JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Id, OrderDispute, ReturnSide } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { day, money } from "../core/format";
import { newId } from "../core/ids";
import { forgetLists } from "../core/loading";
import { problemOf } from "../core/problem";
import { useRefreshed } from "../core/refreshing";
import { useHolder } from "../orders/holder";
import { useKeptFocus } from "../parts/focus";
import { Form } from "../parts/form";
import { useSending } from "../parts/forms";
import { useTitle } from "../parts/page";
import { Empty, Loading, Trouble } from "../parts/states";
import { TextArea } from "../parts/text-area";
import { NotFound } from "../pages/not-found";
import { EvidencePictures } from "../returns/evidence";
import { Subject } from "./subject";
import { DISPUTE_REASONS, DisputeBadge, SIDES } from "./words";

interface Props {
  id: Id;
  /** As whom one looks at it. */
  side: ReturnSide;
  /** What else this side does about it, while it is open. */
  more?: (dispute: OrderDispute, changed: () => void) => ComponentChildren;
}

/** A dispute, live: what it is about, what each side says, what was decided. */
export function DisputeView({ id, side, more }: Props): JSX.Element {
  const holder = useHolder();
  const loaded = useRefreshed(id, () => call("disputes.show", { dispute_id: id, ...holder.keyed }), holder.watched("dispute", id));
  useTitle("Dispute");
  const box = useKeptFocus<HTMLDivElement>(loaded.value?.replies.length ?? 0);
  if (problemOf(loaded.error, "disputes.not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!loaded.value) return <Loading />;
  const dispute = loaded.value;
  const changed = (): void => {
    forgetLists();
    loaded.again();
  };
  return (
    <div class="checkout-steps" ref={box} tabIndex={-1}>
      <Facts dispute={dispute} side={side} />
      <Subject dispute={dispute} side={side} />
      <Words dispute={dispute} side={side} />
      <EvidencePictures about={{ dispute_id: dispute.id }} open={dispute.state === "open"} moved={dispute} />
      {dispute.state === "open" && <Reply dispute={dispute} changed={changed} />}
      {dispute.state === "open" && more?.(dispute, changed)}
    </div>
  );
}

function Facts({ dispute, side }: { dispute: OrderDispute; side: ReturnSide }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="about">
      <div class="title-row">
        <h2 id="about">{DISPUTE_REASONS[dispute.reason]}</h2>
        <DisputeBadge dispute={dispute} />
      </div>
      <p role="status">{nextOf(dispute, side)}</p>
      {dispute.failure && <p class="notice notice-bad">The bank did not take the refund ({dispute.failure}). It is to be decided again.</p>}
      <dl class="facts">
        <dt>Amount in dispute</dt>
        <dd>{money(dispute.at_stake)}</dd>
        {dispute.decision && (
          <>
            <dt>Decision</dt>
            <dd class="review-text">{dispute.decision}</dd>
            <dt>Refund</dt>
            <dd>{money(dispute.refund)}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function nextOf(dispute: OrderDispute, side: ReturnSide): string {
  if (dispute.state === "refunding") return "It is decided. The bank has been asked; the money is on its way.";
  if (dispute.state === "resolved") return "It is decided.";
  if (side === "manager" && dispute.replies.some((it) => it.side === "seller")) return "Both sides were heard: it can be decided.";
  return `${SIDES[dispute.waits_for]} may answer until ${day(dispute.answer_by)}. Then the shop decides.`;
}

function Words({ dispute, side }: { dispute: OrderDispute; side: ReturnSide }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="said">
      <h2 id="said">Messages</h2>
      {dispute.replies.length === 0 && <Empty title="Nothing yet" />}
      <ol class="timeline" aria-live="polite">
        {dispute.replies.map((reply) => (
          <li key={reply.id}>
            <p class="row-title">{reply.side === side ? "You" : SIDES[reply.side]}</p>
            <p class="review-text">{reply.words}</p>
            <p class="soft">{day(reply.at)}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Reply({ dispute, changed }: { dispute: OrderDispute; changed: () => void }): JSX.Element {
  const { keyed } = useHolder();
  const [words, setWords] = useState("");
  // What is sent again after no answer is the same reply; anything typed anew is another.
  const id = useMemo(newId, [words]);
  const sending = useSending(["words"]);
  const send = async (): Promise<void> => {
    await call("disputes.reply", { dispute_id: dispute.id, reply_id: id, words: words.trim(), ...keyed });
    announce("Sent.");
    setWords("");
    changed();
  };
  return (
    <section class="panel" aria-labelledby="reply">
      <h2 id="reply">Reply</h2>
      <Form sending={sending} submit="Send" busy="Sending…" label="Reply" send={send} check={() => (words.trim() ? undefined : { words: "Please type your message." })}>
        <TextArea label="Your message" name="words" value={words} set={setWords} error={sending.errors.words} />
      </Form>
    </section>
  );
}
