import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { BoxIcon } from "./icons";

interface Props {
  url: string | undefined;
  alt: string;
  eager?: boolean;
}

/** A square picture whose place is kept from the beginning; a quiet sign where there is none or it fails to load. */
export function Picture({ url, alt, eager = false }: Props): JSX.Element {
  const [failed, setFailed] = useState("");
  return (
    <div class="picture">
      {url && failed !== url ? (
        <img src={url} alt={alt} width="600" height="600" loading={eager ? "eager" : "lazy"} decoding="async" onError={() => setFailed(url)} />
      ) : (
        <BoxIcon />
      )}
    </div>
  );
}
