import { useState } from "preact/hooks";

interface Doing {
  busy: boolean;
  error: unknown;
  run: (work: () => Promise<void>) => Promise<void>;
}

/** How something that a button does is going. */
export function useDoing(): Doing {
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false });
  const run = async (work: () => Promise<void>): Promise<void> => {
    setState({ busy: true });
    try {
      await work();
      setState({ busy: false });
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return { busy: state.busy, error: state.error, run };
}
