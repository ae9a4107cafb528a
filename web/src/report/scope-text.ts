import { counted } from '../ui/words.ts'

/** `all clusters`, their names, or how many there are. */
export const scopeText = (ids: readonly string[], names: ReadonlyMap<string, string>): string =>
  ids.length === 0
    ? 'all clusters'
    : ids.length <= 3
      ? ids.map((id) => names.get(id) ?? id).join(', ')
      : counted(ids.length, 'cluster')
