import type { DatabaseSync } from 'node:sqlite'
import { pageSeries } from './catalog-page.ts'
import { isDamage } from './connection.ts'
import type { Damage } from './damage.ts'
import type { SeriesRow } from './message.ts'
import type { InternedCatalog } from './series-catalog.ts'

/** Brings the series back in the order of their numbers: pages, and in between and after them rows. */
export function loadCatalog(reader: DatabaseSync, catalog: InternedCatalog, damage: Damage): void {
  const rows = rowsOf(reader, catalog, damage)
  try {
    for (const row of reader.prepare('SELECT page, body FROM catalog_page ORDER BY page').iterate()) {
      const page = Number(row.page)
      rows.restoreBelow(page * pageSeries)
      if (!catalog.restorePage(page, row.body as Uint8Array)) damage.report('series', { page })
    }
  } catch (error) {
    if (!isDamage(error)) throw error
    damage.report('series', {})
  }
  rows.restoreBelow(Number.POSITIVE_INFINITY)
}

function rowsOf(reader: DatabaseSync, catalog: InternedCatalog, damage: Damage) {
  const iterator = reader.prepare('SELECT * FROM series ORDER BY ref').iterate()
  const next = (): SeriesRow | undefined => {
    try {
      return iterator.next().value as SeriesRow | undefined
    } catch (error) {
      if (!isDamage(error)) throw error
      damage.report('series', {})
      return undefined
    }
  }
  let row = next()
  return {
    restoreBelow(ref: number): void {
      for (; row && row.ref < ref; row = next())
        if (!catalog.restore(row)) damage.report('series', { ref: row.ref })
    },
  }
}
