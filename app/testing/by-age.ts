/** One of those that were opened or kept: the latest for 0, and from the oldest on again. */
export function byAge<item>(items: readonly item[], age: number): item | undefined {
  return items.at(-1 - (age % Math.max(1, items.length)))
}
