import { useEffect, useRef } from "preact/hooks";

/**
 * Keeps the keyboard where it was: when what had the focus inside this element goes away, the element itself gets it.
 *
 * A button that was pressed often gives way to what it brought about; without this the keyboard would start over. What
 * was brought about is shown as well: when `results` grow while somebody is busy in here, that is where to look next.
 */
export function useKeptFocus<E extends HTMLElement>(results: number): { current: E | null } {
  const box = useRef<E>(null);
  const within = useRef(false);
  useEffect(() => {
    const moved = (event: Event): void => {
      within.current = box.current?.contains(event.target as Node) ?? false;
    };
    document.addEventListener("focusin", moved);
    document.addEventListener("pointerdown", moved);
    return () => {
      document.removeEventListener("focusin", moved);
      document.removeEventListener("pointerdown", moved);
    };
  }, []);
  const before = useRef(results);
  useEffect(() => {
    const grew = results > before.current;
    before.current = results;
    if (within.current && box.current && (grew || document.activeElement === document.body)) show(box.current);
  });
  return box;
}

function show(box: HTMLElement): void {
  box.focus({ preventScroll: true });
  const bottom = box.getBoundingClientRect().bottom;
  if (bottom > window.innerHeight) box.scrollIntoView({ block: "start" });
}
