import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Id, Media, MediaState } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { useLoaded } from "../../core/loading";
import { sendToProduct } from "../../core/sending-pictures";
import { ComingPictures, useComing } from "../../parts/coming-pictures";
import { ConfirmButton } from "../../parts/confirm";
import { useDoing } from "../../parts/doing";
import { Field } from "../../parts/field";
import { Picture } from "../../parts/picture";
import { PictureChooser } from "../../parts/picture-chooser";
import { Badge, Loading, Trouble } from "../../parts/states";

const WORDS: Partial<Record<MediaState, string>> = {
  waiting: "Being made ready",
  failed: "Not possible",
  in_review: "Waits for a manager",
  rejected: "Not let through",
};
// A picture is ready within seconds; whoever may not watch for it looks again so often, in milliseconds.
const LOOK_AGAIN = 1_500;

interface Props {
  productId: Id;
  /** Moves when the pictures may have. */
  news: unknown;
}

/** The pictures of a product: sent in, put in order, described, taken away. */
export function Pictures({ productId, news }: Props): JSX.Element {
  const list = useLoaded(productId, () => call("media.list", { product_id: productId }));
  const making = list.value?.some((it) => it.state === "waiting") ?? false;
  const coming = useComing(productId);
  useEffect(list.again, [news, coming.length]);
  useEffect(() => {
    const timer = making ? setInterval(list.again, LOOK_AGAIN) : undefined;
    return () => clearInterval(timer);
  }, [making]);
  return (
    <section aria-labelledby="pictures" class="stack">
      <h2 id="pictures">Pictures</h2>
      {list.error !== undefined && <Trouble error={list.error} again={list.again} />}
      {list.value ? <Arranging productId={productId} pictures={list.value} changed={list.again} arranged={list.put} /> : list.error === undefined && <Loading />}
      <ComingPictures pictures={coming} />
      <PictureChooser chosen={(files) => void sendToProduct(productId, files, () => announce("A picture has arrived."))} />
    </section>
  );
}

interface ArrangingProps {
  productId: Id;
  pictures: readonly Media[];
  changed: () => void;
  arranged: (pictures: readonly Media[]) => void;
}

/** What was moved or described stays so until it is saved, whatever arrives meanwhile. */
function Arranging({ productId, pictures, changed, arranged }: ArrangingProps): JSX.Element {
  const [typed, setTyped] = useState<readonly { id: Id; alt: string }[]>();
  const doing = useDoing();
  const placed = pictures.filter((it) => it.state === "ready" || it.state === "in_review");
  const kept = typed?.filter(({ id }) => placed.some((it) => it.id === id)) ?? [];
  const places = [...kept, ...placed.filter((it) => !kept.some(({ id }) => id === it.id)).map(({ id, alt }) => ({ id, alt }))];
  const save = async (): Promise<void> => {
    const now = await call("media.arrange", { product_id: productId, pictures: places });
    // Never the old order in between: somebody would take the wrong picture away.
    setTyped(undefined);
    arranged(now);
    announce("Saved.");
  };
  const move = (index: number, to: number): void => setTyped(places.toSpliced(index, 1).toSpliced(to, 0, places[index]!));
  return (
    <>
      <ol class="rows" aria-label="Pictures in their order">
        {places.map(({ id, alt }, index) => (
          <li key={id} class="row row-open">
            <Row picture={placed.find((it) => it.id === id)!} number={index + 1} removed={changed}>
              <Field label={`What picture ${index + 1} shows`} name="alt" autocomplete="off" hint="Read out to who cannot see it" value={alt} set={(text) => setTyped(places.with(index, { id, alt: text }))} />
              <div class="actions">
                {index > 0 && <Step text="Earlier" number={index + 1} go={() => move(index, index - 1)} />}
                {index + 1 < places.length && <Step text="Later" number={index + 1} go={() => move(index, index + 1)} />}
              </div>
            </Row>
          </li>
        ))}
      </ol>
      {pictures.length === 0 && <p class="soft">None yet. The first one is shown in lists.</p>}
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {typed && (
        <p>
          <button type="button" class="button" disabled={doing.busy} onClick={() => void doing.run(save)}>
            Save order and texts
          </button>
        </p>
      )}
      <ul class="rows">
        {pictures
          .filter((it) => !placed.includes(it))
          .map((it) => (
            <li key={it.id} class="row row-open">
              <Row picture={it} removed={changed} />
            </li>
          ))}
      </ul>
    </>
  );
}

function Step({ text, number, go }: { text: string; number: number; go: () => void }): JSX.Element {
  return (
    <button type="button" class="button button-quiet button-small" onClick={go}>
      {text}
      <span class="hidden"> picture {number}</span>
    </button>
  );
}

interface RowProps {
  picture: Media;
  number?: number;
  removed: () => void;
  children?: JSX.Element | JSX.Element[];
}

function Row({ picture, number, removed, children }: RowProps): JSX.Element {
  const state = WORDS[picture.state];
  const remove = async (): Promise<void> => {
    await call("media.remove", { media_id: picture.id });
    announce("The picture is gone.");
    removed();
  };
  return (
    <div class="row-line">
      <Picture url={picture.sources[0]?.url ?? picture.url} alt={picture.alt} />
      <div class="row-main stack">
        {state && (
          <p>
            <Badge tone={picture.state === "waiting" ? "calm" : "warm"}>{state}</Badge> {picture.reason}
          </p>
        )}
        {children}
      </div>
      <ConfirmButton
        text={
          <>
            Remove<span class="hidden"> {number ? `picture ${number}` : "this picture"}</span>
          </>
        }
        title="Remove this picture?"
        action="Remove it"
        run={remove}
      >
        It is gone from the shop at once.
      </ConfirmButton>
    </div>
  );
}
