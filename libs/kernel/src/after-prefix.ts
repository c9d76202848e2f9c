/**
 * The least text that lies behind all that begin with a prefix, in the order of code points; undefined when none does.
 * @example afterPrefix('ab') // 'ac'
 */
export function afterPrefix(prefix: string): string | undefined {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = (last.codePointAt(0) ?? 0) + 1;
    if (point <= 0x10_ffff)
      return points.join('') + String.fromCodePoint(point >= 0xd800 && point <= 0xdfff ? 0xe000 : point);
  }
  return undefined;
}
