import { useEffect, useRef } from "preact/hooks";

/**
 * Keeps the keyboard where it was: when what had the focus inside this element goes away, the element itself gets it.
 *
 * A button that was pressed often gives way to what it brought about; without this the keyboard would start over.
 */
export function useKeptFocus<E extends HTMLElement>(): { current: E | null } {
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
  useEffect(() => {
    if (within.current && document.activeElement === document.body) box.current?.focus();
  });
  return box;
}
