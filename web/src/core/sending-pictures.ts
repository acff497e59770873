import { signal } from "@preact/signals";
import type { Id } from "../contract";
import { newId } from "./ids";
import { NoAnswer, readProblem, Refused, sentence } from "./problem";

/** A picture on its way to the shop. `done` is from 0 to 1; with `problem` it did not arrive. */
export interface SentPicture {
  id: Id;
  /** What it is of: a product, a return, a dispute. */
  of: Id;
  name: string;
  done: number;
  problem?: string;
}

/** What is taken: naming the types has phones make a JPEG of what only they can read. */
export const PICTURE_TYPES = "image/jpeg,image/png,image/webp,image/avif,image/gif";
const MOST_BYTES = 20 * 1024 * 1024;

/** All pictures that are on their way, or did not arrive. */
export const sentPictures = signal<readonly SentPicture[]>([]);

/** Send pictures of something, one after another, each to its address; `arrived` is told of each that the shop has taken. */
export async function sendPictures(of: Id, path: (id: Id) => string, files: readonly File[], arrived?: () => void): Promise<void> {
  const sent = files.map((file) => ({ file, picture: { id: newId(), of, name: file.name, done: 0 } }));
  sentPictures.value = [...sentPictures.value, ...sent.map(({ picture }) => picture)];
  for (const { file, picture } of sent) {
    try {
      await send(picture.id, path(picture.id), file);
      forgetPicture(picture.id);
      arrived?.();
    } catch (error) {
      change(picture.id, { problem: sentence(error) });
    }
  }
}

/** Send pictures to a product; see `sendPictures`. */
export function sendToProduct(productId: Id, files: readonly File[], arrived?: () => void): Promise<void> {
  return sendPictures(productId, (id) => `/products/${productId}/media?media_id=${id}`, files, arrived);
}

/** Speak of it no longer. */
export function forgetPicture(id: Id): void {
  sentPictures.value = sentPictures.value.filter((it) => it.id !== id);
}

function change(id: Id, some: Partial<SentPicture>): void {
  sentPictures.value = sentPictures.value.map((it) => (it.id === id ? { ...it, ...some } : it));
}

/** The picture is the body itself. Only this old way tells how much of it has gone. */
function send(id: Id, path: string, file: File): Promise<void> {
  if (file.size > MOST_BYTES) throw new Error("It is too large: 20 MB are the most.");
  if (!file.type.startsWith("image/")) throw new Error("This is not a picture.");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1${path}`);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", file.type);
    request.upload.onprogress = ({ loaded, total }) => change(id, { done: loaded / total });
    request.onload = () => {
      const problem = request.status >= 400 ? readProblem(request.responseText) : undefined;
      if (request.status < 400) resolve();
      else reject(problem ? new Refused(problem) : new NoAnswer());
    };
    request.onerror = () => reject(new NoAnswer());
    request.send(file);
  });
}
