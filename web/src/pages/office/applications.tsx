import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ApplicationState, SellerApplication } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { countryName } from "../../core/countries";
import { day } from "../../core/format";
import { usePages } from "../../core/loading";
import { useWatched } from "../../core/watching";
import { useDoing } from "../../parts/doing";
import { Choice } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { More } from "../../parts/more";
import { Badge, Empty, Loading, Trouble } from "../../parts/states";
import { OfficePage } from "./frame";
import { ReasonForm } from "./reason-form";

const STATES: readonly (readonly [ApplicationState, string])[] = [
  ["open", "Waiting for a decision"],
  ["approved", "Approved"],
  ["rejected", "Rejected"],
];
const TONES = { open: "warm", approved: "good", rejected: "bad" } as const;

/** Who wants to sell, the longest waiting first. */
export function Applications(): JSX.Element {
  const waiting = useWatched("applications", "").state?.waiting;
  return (
    <OfficePage title="Applications to sell" action={waiting !== undefined && <Badge tone={waiting > 0 ? "warm" : "good"}>{waiting} waiting</Badge>}>
      <Content waiting={waiting} />
    </OfficePage>
  );
}

function Content({ waiting }: { waiting: number | undefined }): JSX.Element {
  const [state, setState] = useState<ApplicationState>("open");
  const list = usePages(`applications ${state}`, (cursor) => call("sellers.list_applications", { state, cursor }));
  const box = useKeptFocus<HTMLDivElement>(0);
  useEffect(() => {
    if (waiting !== undefined) list.again();
  }, [waiting]);
  const decided = (text: string): void => {
    announce(text);
    list.again();
  };
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      <form class="filters" aria-label="Which applications" onSubmit={(event) => event.preventDefault()}>
        <Choice label="Applications" value={state} set={(value) => setState(value as ApplicationState)} options={STATES} />
      </form>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title={state === "open" ? "Nobody waits" : "None"}>{state === "open" && "Applications appear here at once when people ask to sell."}</Empty>}
      <ul class="rows">
        {list.items?.map((application) => (
          <li key={application.id} class="row row-open">
            <Row application={application} decided={decided} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </div>
  );
}

interface RowProps {
  application: SellerApplication;
  decided: (text: string) => void;
}

function Row({ application, decided }: RowProps): JSX.Element {
  return (
    <article aria-label={`Application of ${application.name}`}>
      <div class="row-line">
        <div class="row-main">
          <h2 class="row-title">{application.name}</h2>
          <p class="soft">
            /shops/{application.slug} · applied {day(application.applied_at)}
          </p>
        </div>
        <Badge tone={TONES[application.state]}>{application.state}</Badge>
      </div>
      {application.description && <p class="words">{application.description}</p>}
      <dl class="facts">
        <dt>Country</dt>
        <dd>{countryName(application.country)}</dd>
        <dt>Tax number</dt>
        <dd>{application.tax_number || "none given"}</dd>
        <dt>Contact</dt>
        <dd>{[application.contact.email, application.contact.phone].filter(Boolean).join(" · ")}</dd>
        {application.reason && (
          <>
            <dt>Reason</dt>
            <dd>{application.reason}</dd>
          </>
        )}
      </dl>
      {application.state === "open" && <Deciding application={application} decided={decided} />}
    </article>
  );
}

function Deciding({ application, decided }: RowProps): JSX.Element {
  const { id: application_id, name } = application;
  const [rejecting, setRejecting] = useState(false);
  const doing = useDoing();
  const approve = async (): Promise<void> => {
    await call("sellers.approve", { application_id });
    decided(`${name} is approved.`);
  };
  const reject = async (reason: string): Promise<void> => {
    await call("sellers.reject", { application_id, reason });
    decided(`${name} is rejected.`);
  };
  if (rejecting) return <ReasonForm submit={`Reject ${name}`} hint="The applicant reads it, and may apply again." send={reject} cancel={() => setRejecting(false)} />;
  return (
    <>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <div class="actions">
        <button type="button" class="button" disabled={doing.busy} onClick={() => void doing.run(approve)}>
          Approve<span class="hidden"> {name}</span>
        </button>
        <button type="button" class="button button-quiet" disabled={doing.busy} onClick={() => setRejecting(true)}>
          Reject<span class="hidden"> {name}</span>
        </button>
      </div>
    </>
  );
}
