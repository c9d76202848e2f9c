import type { View } from '@rapport/kernel';

const handles = new WeakMap<View, ReadonlySet<string>>();

/** The types that a view handles, as a set. */
export function handledBy(view: View): ReadonlySet<string> {
  let handled = handles.get(view);
  if (handled === undefined) handles.set(view, (handled = new Set(view.handles)));
  return handled;
}
