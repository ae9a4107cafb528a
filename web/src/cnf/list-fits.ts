/** Nothing chosen is everything. */
export const listFits = <T>(chosen: readonly T[] | undefined, value: T): boolean =>
  chosen === undefined || chosen.includes(value)
