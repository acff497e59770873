import type { JSX } from "preact";
import type { Id } from "../contract";
import { forgetPicture, sentPictures, type SentPicture } from "../core/sending-pictures";

/** The pictures of something that are on their way, or did not arrive. */
export function useComing(of: Id): readonly SentPicture[] {
  return sentPictures.value.filter((it) => it.of === of);
}

/** How far each is, or what is wrong with it. */
export function ComingPictures({ pictures }: { pictures: readonly SentPicture[] }): JSX.Element {
  return (
    <ul class="rows">
      {pictures.map((it) => (
        <li key={it.id} class="row">
          <Coming picture={it} />
        </li>
      ))}
    </ul>
  );
}

function Coming({ picture }: { picture: SentPicture }): JSX.Element {
  return (
    <div class="row-main">
      <p class="row-title">{picture.name}</p>
      {picture.problem === undefined ? (
        <progress value={picture.done} aria-label={`Sending ${picture.name}`} />
      ) : (
        <div class="notice notice-bad" role="alert">
          <p>{picture.problem}</p>
          <button type="button" class="button button-quiet button-small" onClick={() => forgetPicture(picture.id)}>
            Close<span class="hidden"> what is said of {picture.name}</span>
          </button>
        </div>
      )}
    </div>
  );
}
