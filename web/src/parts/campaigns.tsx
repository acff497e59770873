import type { JSX } from "preact";
import type { Campaign } from "../contract";
import { call } from "../core/api";
import { day } from "../core/format";
import { useLoaded } from "../core/loading";
import { gives } from "./promotion";

const MOST = 3;

/** The campaigns that run, the first to end first. Nothing where there are none. */
export function Campaigns(): JSX.Element | null {
  const campaigns = useLoaded("campaigns", () => call("campaigns.list", { limit: MOST })).value?.items ?? [];
  if (campaigns.length === 0) return null;
  return (
    <section class="campaigns" aria-label="Running now">
      {campaigns.map((it) => (
        <Banner key={it.id} campaign={it} />
      ))}
    </section>
  );
}

function Banner({ campaign: { name, description, banner_url, end_date, terms } }: { campaign: Campaign }): JSX.Element {
  const [category] = terms.scope.categories;
  return (
    <article class="campaign panel">
      {banner_url && <img src={banner_url} alt="" loading="lazy" />}
      <h2>{category === undefined ? name : <a href={`/c/${category}`}>{name}</a>}</h2>
      {description && <p>{description}</p>}
      <p class="soft">
        {gives(terms)} · until {day(end_date)}
      </p>
    </article>
  );
}
