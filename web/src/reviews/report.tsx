import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Review } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { me } from "../core/session";
import { Form, missing } from "../parts/form";
import { useSending } from "../parts/forms";
import { signInUrl } from "../parts/page";
import { TextArea } from "../parts/text-area";

/** Tell moderators of somebody's review. */
export function ReportReview({ review }: { review: Review }): JSX.Element {
  const { url, route } = useLocation();
  const [state, setState] = useState<"quiet" | "asking" | "told">("quiet");
  if (state === "told") return <p class="soft">You reported it. A moderator looks at it.</p>;
  if (state === "asking") return <Asking review={review} told={() => setState("told")} cancel={() => setState("quiet")} />;
  return (
    <button type="button" class="button button-quiet button-small" onClick={() => (me.value ? setState("asking") : route(signInUrl(url)))}>
      Report<span class="hidden"> the review of {review.author}</span>
    </button>
  );
}

function Asking({ review, told, cancel }: { review: Review; told: () => void; cancel: () => void }): JSX.Element {
  const [reason, setReason] = useState("");
  const sending = useSending(["reason"]);
  const send = async (): Promise<void> => {
    await call("reviews.report", { review_id: review.id, reason: reason.trim() });
    announce("You reported it.");
    told();
  };
  return (
    <Form sending={sending} submit="Report it" busy="Sending…" label={`Report the review of ${review.author}`} cancel={cancel} check={() => missing({ reason }, { reason: "what is wrong with it" })} send={send}>
      <TextArea label="What is wrong with it" name="reason" rows={2} value={reason} set={setReason} error={sending.errors.reason} />
    </Form>
  );
}
