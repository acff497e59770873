import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Id, Review } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { newId } from "../core/ids";
import { useSending } from "../parts/forms";
import { TextArea } from "../parts/text-area";
import { StarsField } from "./stars";

interface Props {
  productId: Id;
  /** One's own review, to be changed; none for a new one. */
  review?: Review;
  done: () => void;
  cancel: () => void;
}

/** Say what one thinks of a product. */
export function ReviewForm({ productId, review, done, cancel }: Props): JSX.Element {
  const [stars, setStars] = useState(review?.stars ?? 0);
  const [text, setText] = useState(review?.text ?? "");
  const reviewId = useMemo(() => review?.id ?? newId(), [review?.id]);
  const sending = useSending(["stars", "text"]);
  const write = async (): Promise<void> => {
    if (review) await call("reviews.edit", { review_id: reviewId, stars, text });
    else await call("reviews.write", { product_id: productId, review_id: reviewId, stars, text });
    announce("Your review is there.");
    done();
  };
  const submitted = (form: HTMLFormElement): void => {
    const errors: Record<string, string> = {};
    if (stars === 0) errors.stars = "Please choose your stars.";
    if (text.trim() === "") errors.text = "Please say a word about it.";
    if (Object.keys(errors).length > 0) sending.refuse(form, errors);
    else void sending.send(form, write);
  };
  return (
    <form
      class="panel review-form"
      noValidate
      aria-label="Your review"
      onSubmit={(event) => {
        event.preventDefault();
        submitted(event.currentTarget);
      }}
    >
      {sending.error && (
        <p class="notice notice-bad" role="alert" tabIndex={-1}>
          {sending.error}
        </p>
      )}
      <StarsField value={stars} set={setStars} error={sending.errors.stars} />
      <TextArea label="What do you think of it?" name="text" value={text} set={setText} error={sending.errors.text} />
      <div class="actions">
        <button type="submit" class="button" disabled={sending.busy}>
          {sending.busy ? "Sending…" : review ? "Save" : "Publish"}
        </button>
        <button type="button" class="button button-quiet" onClick={cancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
