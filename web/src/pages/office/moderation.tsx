import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ModerationMode, WaitingProduct } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { day } from "../../core/format";
import { useLoaded, usePages } from "../../core/loading";
import { useWatched } from "../../core/watching";
import { useDoing } from "../../parts/doing";
import { Choice } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { More } from "../../parts/more";
import { Badge, Empty, Loading, Trouble } from "../../parts/states";
import { OfficePage } from "./frame";
import { ReasonForm } from "./reason-form";
import { Sent } from "./submission";

const MODES: readonly (readonly [ModerationMode, string])[] = [
  ["all", "All"],
  ["new_sellers", "Those of new sellers"],
  ["none", "None"],
];

/** What sellers want to show, before it is seen. */
export function Moderation(): JSX.Element {
  const waiting = useWatched("moderation", "").state?.waiting;
  return (
    <OfficePage title="Moderation" action={waiting !== undefined && <Badge tone={waiting > 0 ? "warm" : "good"}>{waiting} waiting</Badge>}>
      <Rule />
      <Queue waiting={waiting} />
    </OfficePage>
  );
}

function Rule(): JSX.Element {
  const loaded = useLoaded("moderation", () => call("catalog.show_moderation", {}));
  const [saved, setSaved] = useState<ModerationMode>();
  const doing = useDoing();
  const choose = async (mode: ModerationMode): Promise<void> => {
    setSaved((await call("catalog.set_moderation", { mode })).mode);
    announce("Saved.");
  };
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  return (
    <div class="filters">
      <Choice label="Products reviewed before they are seen" value={saved ?? loaded.value?.mode ?? "none"} set={(mode) => void doing.run(() => choose(mode as ModerationMode))} options={MODES} />
      {doing.error !== undefined && <Trouble error={doing.error} />}
    </div>
  );
}

function Queue({ waiting }: { waiting: number | undefined }): JSX.Element {
  const list = usePages("waiting products", (cursor) => call("catalog.list_waiting_products", { cursor }));
  const box = useKeptFocus<HTMLDivElement>(0);
  useEffect(() => {
    if (waiting !== undefined) list.again();
  }, [waiting]);
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="Nothing waits">What sellers send to review appears here at once.</Empty>}
      <ul class="rows">
        {list.items?.map((it) => (
          <li key={`${it.product.id} ${it.submission.number}`} class="row row-open">
            <Waiting sent={it} decided={list.again} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </div>
  );
}

function Waiting({ sent, decided }: { sent: WaitingProduct; decided: () => void }): JSX.Element {
  const { product, submission } = sent;
  const [rejecting, setRejecting] = useState(false);
  const doing = useDoing();
  const about = { product_id: product.id, submission: submission.number };
  const done = (text: string): void => {
    announce(text);
    decided();
  };
  const approve = async (): Promise<void> => {
    await call("catalog.approve_product", about);
    done(`${product.title} is approved.`);
  };
  const reject = async (reason: string): Promise<void> => {
    await call("catalog.reject_product", { ...about, reason });
    done(`${product.title} is rejected.`);
  };
  return (
    <article aria-label={`Sent by ${product.seller.name}: ${product.title}`}>
      <div class="row-line">
        <div class="row-main">
          <h2 class="row-title">{product.title}</h2>
          <p class="soft">
            <a href={`/shops/${product.seller.slug}`}>{product.seller.name}</a> · sent {day(submission.submitted_at)}
          </p>
        </div>
        <Badge>{submission.revision ? "Change" : "New"}</Badge>
      </div>
      <Sent sent={sent} />
      {rejecting ? (
        <ReasonForm submit={`Reject ${product.title}`} hint="The seller reads it, and may send it again." send={reject} cancel={() => setRejecting(false)} />
      ) : (
        <>
          {doing.error !== undefined && <Trouble error={doing.error} again={decided} />}
          <div class="actions">
            <button type="button" class="button" disabled={doing.busy} onClick={() => void doing.run(approve)}>
              Approve<span class="hidden"> {product.title}</span>
            </button>
            <button type="button" class="button button-quiet" disabled={doing.busy} onClick={() => setRejecting(true)}>
              Reject<span class="hidden"> {product.title}</span>
            </button>
          </div>
        </>
      )}
    </article>
  );
}
