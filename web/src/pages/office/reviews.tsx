import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ReportedReview, ReviewState } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { calendarDay } from "../../core/format";
import { usePages } from "../../core/loading";
import { useKeptFocus } from "../../parts/focus";
import { More } from "../../parts/more";
import { Badge, Empty, Loading } from "../../parts/states";
import { Stars } from "../../reviews/stars";
import { OfficePage } from "./frame";
import { ReasonForm } from "./reason-form";

/** Reviews that somebody has reported. */
export function ReportedReviews(): JSX.Element {
  return (
    <OfficePage title="Reported reviews">
      <Content />
    </OfficePage>
  );
}

function Content(): JSX.Element {
  const list = usePages("reported reviews", (cursor) => call("reviews.list_reported", { cursor }));
  const box = useKeptFocus<HTMLDivElement>(0);
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="Nothing is reported">What people report appears here until it is decided.</Empty>}
      <ul class="rows">
        {list.items?.map((it) => (
          <li key={it.review.id} class="row row-open">
            <Reported of={it} decided={list.again} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </div>
  );
}

function Reported({ of: { review, reports }, decided }: { of: ReportedReview; decided: () => void }): JSX.Element {
  const [deciding, setDeciding] = useState<ReviewState>();
  const decide = async (state: ReviewState, reason: string): Promise<void> => {
    await call("reviews.moderate", { review_id: review.id, state, reason });
    announce(state === "hidden" ? "The review is hidden." : "The review stays.");
    decided();
  };
  return (
    <article aria-label={`Review of ${review.author}`} class="stack">
      <p class="review-head">
        <Stars stars={review.stars} /> <strong>{review.author}</strong> <span class="soft">{calendarDay(review.created_at)}</span> {review.state === "hidden" && <Badge tone="warm">Hidden</Badge>} <a href={`/p/${review.product_id}`}>The product</a>
      </p>
      <p class="review-text">{review.text}</p>
      <ul aria-label="Reports">
        {reports.map((it) => (
          <li key={it.reporter_id}>
            {it.reason} <span class="soft">{calendarDay(it.at)}</span>
          </li>
        ))}
      </ul>
      {deciding ? (
        <ReasonForm submit={deciding === "hidden" ? "Hide the review" : "Let it stay"} hint="Its author reads the reason. All its reports are decided with it." send={(reason) => decide(deciding, reason)} cancel={() => setDeciding(undefined)} />
      ) : (
        <div class="actions">
          <button type="button" class="button button-danger" onClick={() => setDeciding("hidden")}>
            Hide<span class="hidden"> the review of {review.author}</span>
          </button>
          <button type="button" class="button button-quiet" onClick={() => setDeciding("shown")}>
            Keep<span class="hidden"> the review of {review.author}</span>
          </button>
        </div>
      )}
    </article>
  );
}
