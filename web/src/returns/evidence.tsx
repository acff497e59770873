import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import type { Evidence, Id } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { useLoaded } from "../core/loading";
import { sendPictures } from "../core/sending-pictures";
import { SIDES } from "../disputes/words";
import { useHolder } from "../orders/holder";
import { ComingPictures, useComing } from "../parts/coming-pictures";
import { Field } from "../parts/field";
import { PictureChooser } from "../parts/picture-chooser";
import { Trouble } from "../parts/states";

interface Props {
  /** What the pictures are of. */
  about: { return_id: Id } | { dispute_id: Id };
  /** Whether more may be shown: not once it is over. */
  open: boolean;
  /** Moves when there may be others. */
  moved: unknown;
}

/** What the sides show each other, and the shop: nobody else sees it. */
export function EvidencePictures({ about, open, moved }: Props): JSX.Element | null {
  const { keyed } = useHolder();
  const title = useId();
  const of = "return_id" in about ? about.return_id : about.dispute_id;
  const list = useLoaded(`evidence ${of}`, () => call("evidence.list", { ...about, ...keyed }));
  const coming = useComing(of);
  const [words, setWords] = useState("");
  useEffect(list.again, [moved, coming.length]);
  if (!open && !list.value?.length) return null;
  const path = (evidence_id: Id): string => `/evidence?${new URLSearchParams({ evidence_id, words: words.trim(), ...about, ...keyed })}`;
  const arrived = (): void => {
    announce("The picture has arrived.");
    setWords("");
  };
  return (
    <section class="panel stack" aria-labelledby={title}>
      <h2 id={title}>Pictures</h2>
      {list.error !== undefined && <Trouble error={list.error} again={list.again} />}
      <ul class="evidence">
        {list.value?.map((it) => (
          <li key={it.id}>
            <Shown picture={it} />
          </li>
        ))}
      </ul>
      <ComingPictures pictures={coming} />
      {open && (
        <>
          <Field label="What is to be seen (if you like)" name="words" autocomplete="off" hint="Only the customer, the seller and the shop see your pictures." value={words} set={setWords} />
          <PictureChooser chosen={(files) => void sendPictures(of, path, files, arrived)} />
        </>
      )}
    </section>
  );
}

function Shown({ picture }: { picture: Evidence }): JSX.Element {
  const { order_key } = useHolder().keyed;
  const url = `/api/v1/evidence/${picture.id}${order_key ? `?order_key=${order_key}` : ""}`;
  const from = `${SIDES[picture.side]}'s picture`;
  return (
    <figure>
      {picture.state === "ready" && <img src={url} alt={picture.words || from} loading="lazy" decoding="async" />}
      <figcaption class="soft">
        {picture.state === "ready" ? from : picture.state === "waiting" ? `${from}: being made ready` : `${from}: ${picture.reason}`}
        {picture.words && `. ${picture.words}`}
      </figcaption>
    </figure>
  );
}
