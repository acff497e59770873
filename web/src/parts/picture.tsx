import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { BoxIcon } from "./icons";

interface Props {
  url: string | undefined;
  alt: string;
  eager?: boolean;
}

// The widths that an uploaded picture is had in, as far as they are below its own, with which its address ends.
const WIDTHS = [160, 320, 640, 1280];

/** The addresses of an uploaded picture by width, for the browser to choose from. Of any other picture there is one. */
function sources(url: string): string | undefined {
  const [, stem, own] = /^(\/media\/.+\/)(\d+)\.webp$/.exec(url) ?? [];
  if (stem === undefined || own === undefined) return undefined;
  const widths = [...WIDTHS.filter((width) => width < Number(own)), Number(own)];
  return widths.map((width) => `${stem}${width}.webp ${width}w`).join(", ");
}

/** A square picture whose place is kept from the beginning; a quiet sign where there is none or it fails to load. */
export function Picture({ url, alt, eager = false }: Props): JSX.Element {
  const [failed, setFailed] = useState("");
  return (
    <div class="picture">
      {url && failed !== url ? (
        <img src={url} srcset={sources(url)} sizes={eager ? "(max-width: 40rem) 100vw, 40rem" : "(max-width: 40rem) 50vw, 20rem"} alt={alt} width="600" height="600" loading={eager ? "eager" : "lazy"} decoding="async" onError={() => setFailed(url)} />
      ) : (
        <BoxIcon />
      )}
    </div>
  );
}
