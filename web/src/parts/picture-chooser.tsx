import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { PICTURE_TYPES } from "../core/sending-pictures";

/** Where pictures are chosen, several at once; a phone also takes one with its camera. */
export function PictureChooser({ chosen }: { chosen: (files: readonly File[]) => void }): JSX.Element {
  const id = useId();
  const take = (input: HTMLInputElement): void => {
    chosen([...(input.files ?? [])]);
    input.value = "";
  };
  return (
    <div class="fields">
      <div class="field">
        <label for={id}>Add pictures</label>
        <input id={id} type="file" accept={PICTURE_TYPES} multiple aria-describedby={`${id}-hint`} onChange={(event) => take(event.currentTarget)} />
        <p class="field-hint" id={`${id}-hint`}>
          JPEG, PNG, WebP, AVIF or GIF that stands still, up to 20 MB each
        </p>
      </div>
      <div class="field only-touch">
        <label for={`${id}-camera`}>Take a picture</label>
        <input id={`${id}-camera`} type="file" accept="image/*" capture="environment" onChange={(event) => take(event.currentTarget)} />
      </div>
    </div>
  );
}
