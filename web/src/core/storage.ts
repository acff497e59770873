interface Kept {
  keep: (key: string, value: unknown) => void;
  read: <T>(key: string) => T | undefined;
}

/** Values under keys. Where the browser forbids storing, it forgets; nothing breaks. */
function keeping(storage: () => Storage): Kept {
  return {
    keep: (key, value) => {
      try {
        if (value === undefined) storage().removeItem(key);
        else storage().setItem(key, JSON.stringify(value));
      } catch {
        // Storage is full or forbidden.
      }
    },
    read: <T>(key: string) => {
      try {
        const text = storage().getItem(key);
        return text === null ? undefined : (JSON.parse(text) as T);
      } catch {
        return undefined;
      }
    },
  };
}

/** What this tab must not forget over a reload. */
export const { keep: remember, read: recall } = keeping(() => sessionStorage);

/** What this browser must not forget. */
export const { keep: store, read: stored } = keeping(() => localStorage);
