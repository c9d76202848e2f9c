/** Where a compiled thread of this room stands, also when the room runs from its source. */
export const threadFile = (name: string): URL =>
  new URL(`./${name}.thread.js`, import.meta.url.replace('/src/', '/dist/'));
