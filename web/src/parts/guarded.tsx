import type { ComponentChildren, JSX } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { Trouble } from "./states";

/** A page that fails takes nothing else with it, and another one begins anew. */
export function Guarded({ children }: { children: ComponentChildren }): JSX.Element {
  const { path } = useLocation();
  const [error, again] = useErrorBoundary();
  useEffect(() => {
    if (error !== undefined) again();
  }, [path]);
  if (error === undefined) return <>{children}</>;
  return <Trouble error={new Error("This page could not be shown. Try again, or go on to another one.")} again={again} />;
}
