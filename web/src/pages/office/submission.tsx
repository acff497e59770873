import { Fragment, type JSX } from "preact";
import type { ProductRevision, WaitingProduct } from "../../contract";
import { pathTo, useCategories } from "../../core/goods";
import { Description } from "../../parts/description";
import { Picture } from "../../parts/picture";
import { PriceTag } from "../../parts/price";
import { Badge } from "../../parts/states";

/** What was sent to review, beside what is on show now where it is a change. */
export function Sent({ sent: { product, submission } }: { sent: WaitingProduct }): JSX.Element {
  const { revision } = submission;
  if (!revision) return <Side title="To be shown" shown={product} price={product.variants[0] && <PriceTag now={product.variants[0].price} before={null} />} />;
  return (
    <div class="office-grid">
      <Side title="Published now" shown={product} />
      <Side title="Sent to review" shown={revision} before={product} />
    </div>
  );
}

interface SideProps {
  title: string;
  shown: ProductRevision;
  /** What is on show: what differs from it is marked. */
  before?: ProductRevision;
  price?: JSX.Element;
}

function Side({ title, shown, before, price }: SideProps): JSX.Element {
  const all = useCategories().value ?? [];
  const category = pathTo(all, all.find((it) => it.id === shown.category_id));
  const differs = (part: keyof ProductRevision): boolean => before !== undefined && JSON.stringify(shown[part]) !== JSON.stringify(before[part]);
  const attributes = Object.entries(shown.attributes);
  return (
    <section class="review-side" aria-label={title}>
      <h3>{title}</h3>
      <p class="row-title">
        {shown.title} {differs("title") && <Changed />}
      </p>
      {price}
      {differs("images") && <Changed what="pictures" />}
      <div class="review-pictures">
        {shown.images.map((image) => (
          <Picture key={image.url} url={image.url} alt={image.alt} />
        ))}
      </div>
      {differs("description") && <Changed what="description" />}
      <Description text={shown.description} label={`Description, ${title.toLowerCase()}`} />
      <dl class="facts">
        <dt>Category</dt>
        <dd>
          {category.map((it) => it.name).join(" / ") || "none"} {differs("category_id") && <Changed />}
        </dd>
        {attributes.map(([code, value]) => (
          <Fragment key={code}>
            <dt>{code}</dt>
            <dd>
              {String(value)} {before && before.attributes[code] !== value && <Changed />}
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

function Changed({ what = "" }: { what?: string }): JSX.Element {
  return <Badge tone="warm">Changed{what && `: ${what}`}</Badge>;
}
