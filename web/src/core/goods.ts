import type { Category } from "../contract";
import { call } from "./api";
import { useLoaded, type Loaded } from "./loading";

let tree: Promise<readonly Category[]> | undefined;

/** The category tree, read once a visit: it hardly ever changes. */
export function useCategories(): Loaded<readonly Category[]> {
  return useLoaded("categories", () => {
    tree ??= call("catalog.list_categories", {}).catch((error: unknown) => {
      tree = undefined;
      throw error;
    });
    return tree;
  });
}

/** The categories directly below one, or the roots. */
export function below(categories: readonly Category[], parent: Category | undefined): readonly Category[] {
  return categories.filter((it) => it.parent_id === (parent?.id ?? null));
}

/** The categories from the root down to this one, itself included. */
export function pathTo(categories: readonly Category[], category: Category | undefined): readonly Category[] {
  return category ? categories.filter((it) => category.path.slice(0, it.path.length).join("/") === it.path.join("/")).sort((a, b) => a.path.length - b.path.length) : [];
}
