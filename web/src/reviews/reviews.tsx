import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Product, Rating, Review, ReviewSort } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { calendarDay, count } from "../core/format";
import { usePages } from "../core/loading";
import { me } from "../core/session";
import { ConfirmButton } from "../parts/confirm";
import { Choice } from "../parts/field";
import { useKeptFocus } from "../parts/focus";
import { More } from "../parts/more";
import { signInUrl } from "../parts/page";
import { Badge, Empty, Loading, Trouble } from "../parts/states";
import { ReviewForm } from "./form";
import { ReportReview } from "./report";
import { Stars } from "./stars";

const SORTS: readonly (readonly [ReviewSort, string])[] = [
  ["newest", "Newest first"],
  ["helpful", "Most helpful first"],
  ["best", "Best first"],
  ["worst", "Worst first"],
];

/** What customers say of a product. */
export function Reviews({ product }: { product: Product }): JSX.Element {
  const [sort, setSort] = useState<ReviewSort>("newest");
  const list = usePages(`reviews ${product.id} ${sort}`, (cursor) => call("reviews.list", { product_id: product.id, sort, cursor }));
  useOnChange(JSON.stringify(product.rating), list.again);
  const box = useKeptFocus<HTMLElement>(0);
  return (
    <section class="reviews" id="reviews" aria-labelledby="reviews-title" ref={box} tabIndex={-1}>
      <h2 id="reviews-title">Reviews</h2>
      {product.rating.count > 0 && <Spread rating={product.rating} />}
      <Write product={product} own={list.items?.find((it) => it.customer_id === me.value?.id)} written={list.again} />
      {product.rating.count > 1 && <Choice label="Sort by" value={sort} set={(value) => setSort(value as ReviewSort)} options={SORTS} />}
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="No reviews yet">Be the first to say what it is like.</Empty>}
      <ul class="rows">
        {list.items?.map((review) => (
          <li key={`${review.id} ${review.updated_at}`} class="panel review">
            <ReviewView review={review} changed={list.again} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}

/** Do it when the value is another than it was, not at first. */
function useOnChange(value: string, work: () => void): void {
  const before = useRef(value);
  useEffect(() => {
    if (before.current !== value) work();
    before.current = value;
  }, [value]);
}

/** How many gave how many stars. */
function Spread({ rating }: { rating: Rating }): JSX.Element {
  return (
    <div class="spread">
      <p>
        <strong class="spread-average">{rating.average.toFixed(1)}</strong> <Stars stars={rating.average} />
        <span class="soft"> {count(rating.count, "review")}</span>
      </p>
      <dl>
        {[5, 4, 3, 2, 1].map((stars) => (
          <div key={stars}>
            <dt>{count(stars, "star")}</dt>
            <dd>
              <span class="spread-bar" aria-hidden="true">
                <span style={{ transform: `scaleX(${(rating.stars[stars - 1] ?? 0) / rating.count})` }} />
              </span>
              {rating.stars[stars - 1] ?? 0}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Write({ product, own, written }: { product: Product; own: Review | undefined; written: () => void }): JSX.Element | null {
  const { url } = useLocation();
  const [writing, setWriting] = useState(false);
  const done = (): void => {
    setWriting(false);
    written();
  };
  if (own || me.value?.seller_id === product.seller.id) return null;
  if (writing) return <ReviewForm productId={product.id} done={done} cancel={() => setWriting(false)} />;
  return (
    <p>
      {me.value ? (
        <button type="button" class="button button-quiet" onClick={() => setWriting(true)}>
          Write a review
        </button>
      ) : (
        <a class="button button-quiet" href={signInUrl(url)}>
          Sign in to write a review
        </a>
      )}
    </p>
  );
}

function ReviewView({ review: known, changed }: { review: Review; changed: () => void }): JSX.Element {
  const [review, setReview] = useState(known);
  const [editing, setEditing] = useState(false);
  const own = me.value?.id === review.customer_id;
  const done = (): void => {
    setEditing(false);
    changed();
  };
  if (editing) return <ReviewForm productId={review.product_id} review={review} done={done} cancel={() => setEditing(false)} />;
  return (
    <article aria-label={`Review of ${review.author}`}>
      <p class="review-head">
        <Stars stars={review.stars} /> <strong>{review.author}</strong>
        {review.verified && <Badge tone="good">Bought it here</Badge>}
        <span class="soft">{calendarDay(review.created_at)}</span>
      </p>
      <p class="review-text">{review.text}</p>
      {review.state === "hidden" && <p class="notice notice-warm">Moderators have hidden this review: {review.reason}</p>}
      {own ? <OwnActions review={review} edit={() => setEditing(true)} changed={changed} /> : (
        <div class="actions">
          <Helpful review={review} voted={setReview} />
          <ReportReview review={review} />
        </div>
      )}
    </article>
  );
}

function OwnActions({ review, edit, changed }: { review: Review; edit: () => void; changed: () => void }): JSX.Element {
  const remove = async (): Promise<void> => {
    await call("reviews.remove", { review_id: review.id });
    announce("Your review is gone.");
    changed();
  };
  return (
    <div class="actions">
      <button type="button" class="button button-quiet button-small" onClick={edit}>
        Edit
      </button>
      <ConfirmButton text="Remove" title="Remove your review?" action="Remove it" run={remove}>
        Nobody reads it any more, and its votes are gone.
      </ConfirmButton>
    </div>
  );
}

function Helpful({ review, voted }: { review: Review; voted: (review: Review) => void }): JSX.Element {
  const { url, route } = useLocation();
  const [mine, setMine] = useState(false);
  const [error, setError] = useState<unknown>();
  const vote = async (): Promise<void> => {
    setError(undefined);
    voted(await call("reviews.vote", { review_id: review.id, helpful: !mine }));
    setMine(!mine);
  };
  return (
    <>
      {error !== undefined && <Trouble error={error} />}
      <button type="button" class="button button-quiet button-small" aria-pressed={mine} onClick={() => (me.value ? void vote().catch(setError) : route(signInUrl(url)))}>
        Helpful{review.helpful > 0 && ` · ${review.helpful}`}
      </button>
    </>
  );
}
