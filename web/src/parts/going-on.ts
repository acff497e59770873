import { useLocation } from "preact-iso";

/** Go on to another page in the place of this one, which one does not come back to; it is seen from its top. */
export function useGoingOn(): (path: string) => void {
  const { route } = useLocation();
  return (path) => {
    route(path, true);
    scrollTo(0, 0);
  };
}
