const MOVING = /(^|-)(latest|main|master|edge|nightly|head|stable)(-|$)/;

/** What is wrong with the name of an image: it must say which one, not "the newest". Null when nothing is. */
export function imageFault(image: string): string | null {
  const filled = image.replace(/\$\{\w+:\?[^}]*\}/g, 'given').replace(/\$\{\w+:-([^}]*)\}/g, '$1');
  if (/@sha256:[0-9a-f]{64}$/.test(filled)) return null;
  const tag = /:([\w.-]+)$/.exec(filled)?.[1];
  if (!tag) return `image "${image}" has no tag`;
  return MOVING.test(tag) ? `image "${image}" moves: name a version` : null;
}

/** The image without its tag. */
export const imageName = (image: string): string => image.replace(/[:@][^/]*$/, '');
