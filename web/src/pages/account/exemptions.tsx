import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../../core/api";
import { priceNews } from "../../core/belongings";
import { usePages } from "../../core/loading";
import { ExemptionFacts } from "../../parts/exemption";
import { More } from "../../parts/more";

/** Where one pays no tax. Most people have nothing to see here. */
export function OwnExemptions(): JSX.Element | null {
  const list = usePages("own exemptions", (cursor) => call("taxes.list_own_exemptions", { cursor }));
  const news = priceNews.value;
  useEffect(() => {
    if (news > 0) list.again();
  }, [news]);
  if (!list.items?.length) return null;
  return (
    <section class="panel" aria-labelledby="own-exemptions">
      <h2 id="own-exemptions">Tax exemptions</h2>
      <ul class="rows">
        {list.items.map((one) => (
          <li key={one.id} class="row row-open">
            <ExemptionFacts one={one} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}
