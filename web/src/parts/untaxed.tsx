import type { JSX } from "preact";
import type { NoTax } from "../contract";

interface Props {
  of: { lines: readonly Part[]; shipping: readonly Part[] };
}

interface Part {
  untaxed: NoTax | null;
}

/** Why no tax is charged, where somebody is exempt. */
export function Untaxed({ of }: Props): JSX.Element {
  const reasons = new Set([...of.lines, ...of.shipping].flatMap((it) => it.untaxed?.reason ?? []));
  return (
    <>
      {[...reasons].map((reason) => (
        <p key={reason} class="soft">
          No tax: {reason}
        </p>
      ))}
    </>
  );
}
