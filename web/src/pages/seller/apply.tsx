import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Me, SellerApplication } from "../../contract";
import { call } from "../../core/api";
import { beginnings, decided } from "../../core/belongings";
import { countryName } from "../../core/countries";
import { day } from "../../core/format";
import { useLoaded } from "../../core/loading";
import { problemOf } from "../../core/problem";
import { edited, me } from "../../core/session";
import { useKeptFocus } from "../../parts/focus";
import { SignedInOnly, useTitle } from "../../parts/page";
import { Loading, Told, Trouble } from "../../parts/states";
import { ApplicationForm } from "./application-form";

/** How one becomes a seller: the application, and what became of it. */
export function SellerApply(): JSX.Element {
  useTitle("Sell with us");
  return (
    <SignedInOnly>
      <section class="middle">
        <h1>Sell with us</h1>
        {me.value && <Content key={me.value.id} person={me.value} />}
      </section>
    </SignedInOnly>
  );
}

function Content({ person }: { person: Me }): JSX.Element {
  const loaded = useLoaded(`${person.id} ${beginnings.value}`, async () => call("sellers.show_own_application", {}).catch(none));
  const [sent, setSent] = useState<SellerApplication>();
  const box = useKeptFocus<HTMLDivElement>(0);
  const application = latest([loaded.value ?? undefined, sent, decided.value?.applicant_id === person.id ? decided.value : undefined]);
  if (person.seller_id && application?.state !== "approved") return <Works />;
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {application ? <Standing application={application} /> : loaded.value === undefined && loaded.error === undefined && <Loading />}
      {application?.state === "approved" || application?.state === "open" || (
        (loaded.value !== undefined || application) && <ApplicationForm key={application?.id} before={application} email={person.email} sent={setSent} />
      )}
    </div>
  );
}

function none(error: unknown): null {
  if (problemOf(error, "sellers.application_not_found")) return null;
  throw error;
}

/** Of what is known of applications, the latest: the newer one, and of one application what was decided about it. */
function latest(known: readonly (SellerApplication | undefined)[]): SellerApplication | undefined {
  return known.reduce((one, other) => (one && other ? (rank(other) > rank(one) ? other : one) : (one ?? other)), undefined);
}

function rank({ applied_at, decided_at }: SellerApplication): string {
  return `${applied_at} ${decided_at ?? ""}`;
}

function Works(): JSX.Element {
  return (
    <div class="stack">
      <p>You work for a shop already.</p>
      <p>
        <a class="button" href="/seller">
          To the shop's pages
        </a>
      </p>
    </div>
  );
}

function Approved({ application }: { application: SellerApplication }): JSX.Element {
  const owns = me.value?.seller_id === application.id;
  // The news may be here before the line has come again with the new rights.
  useEffect(() => {
    if (!owns) void edited();
  }, [owns]);
  return (
    <>
      <Told text={`Welcome! ${application.name} is open.`} />
      <p class="actions">
        {owns && (
          <a class="button" href="/seller">
            Into your shop
          </a>
        )}
        <a class="button button-quiet" href={`/shops/${application.slug}`}>
          See it as customers do
        </a>
      </p>
    </>
  );
}

function Standing({ application }: { application: SellerApplication }): JSX.Element {
  if (application.state === "approved") return <Approved application={application} />;
  if (application.state === "rejected") {
    return (
      <div class="notice notice-bad" role="alert">
        <p>We could not take {application.name} in, because:</p>
        <p>
          <strong>{application.reason}</strong>
        </p>
        <p>You can change what you wrote and apply again.</p>
      </div>
    );
  }
  return (
    <div class="panel">
      <h2>We are looking at it</h2>
      <p class="soft" role="status">
        You applied on {day(application.applied_at)}. The answer appears here the moment there is one, and comes by mail too.
      </p>
      <dl class="facts">
        <dt>Shop</dt>
        <dd>{application.name}</dd>
        <dt>Address</dt>
        <dd>/shops/{application.slug}</dd>
        <dt>Country</dt>
        <dd>{countryName(application.country)}</dd>
        <dt>We reach you at</dt>
        <dd>{[application.contact.email, application.contact.phone].filter(Boolean).join(" · ")}</dd>
      </dl>
    </div>
  );
}
