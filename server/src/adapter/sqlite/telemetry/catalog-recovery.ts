import type { DatabaseSync } from 'node:sqlite'
import { pageSeries } from './catalog-page.ts'
import { partSeries } from './chunk-block.ts'
import { isDamage } from './connection.ts'
import { bytesOf, type Damage } from './damage.ts'
import { type Row, rowsByKey } from './damage-walk.ts'
import type { SeriesRow } from './message.ts'
import type { InternedCatalog } from './series-catalog.ts'

/** Numbers set aside beyond the known ones: a damaged key may say anything. */
const reservedMax = 1_000_000

/** Brings the series back in the order of their numbers: pages, and in between and after them rows. */
export function loadCatalog(reader: DatabaseSync, catalog: InternedCatalog, damage: Damage): void {
  const before = damage.count
  const onHole = (after: number, upTo: number): void => damage.report('series', { after, upTo })
  const rows = rowsOf(reader, catalog, damage, onHole)
  for (const row of rowsByKey(
    reader,
    { select: 'SELECT page, body FROM catalog_page', key: 'page' },
    onHole,
  )) {
    const page = Number(row.page)
    rows.restoreBelow(page * pageSeries)
    if (!catalog.restorePage(page, bytesOf(row.body))) damage.report('series', { page })
  }
  rows.restoreBelow(Number.POSITIVE_INFINITY)
  // What was lost may be the newest of them: their numbers are not to be given to others, for their data is there.
  if (damage.count > before) catalog.reserve(Math.min(numbersWithData(reader), catalog.refs + reservedMax))
}

function rowsOf(
  reader: DatabaseSync,
  catalog: InternedCatalog,
  damage: Damage,
  onHole: (after: number, upTo: number) => void,
) {
  const iterator = rowsByKey(reader, { select: 'SELECT * FROM series', key: 'ref' }, onHole)
  let row = iterator.next().value as Row | undefined
  return {
    restoreBelow(ref: number): void {
      for (; row && Number(row.ref) < ref; row = iterator.next().value as Row | undefined)
        if (!catalog.restore(seriesOf(row))) damage.report('series', { ref: row.ref })
    },
  }
}

/** A row whose columns are not what they were is one whose checksum does not fit. */
function seriesOf(row: Row): SeriesRow {
  const sound = [row.tenant, row.labels, row.kind, row.unit].every((column) => typeof column === 'string')
  return sound
    ? (row as SeriesRow)
    : { ref: Number(row.ref), tenant: '', labels: '', crc: -1, kind: '', unit: '', derived: 0 }
}

/** Of series that have data on disk, the greatest number and one more. */
function numbersWithData(reader: DatabaseSync): number {
  const ends = [
    ['chunk_block', 'part', partSeries],
    ['head_part', 'part', partSeries],
    ['histogram', 'ref', 1],
    ['histogram_head', 'ref', 1],
    ['chunk', 'ref', 1],
    ['exemplar', 'ref', 1],
  ] as const
  return Math.max(
    ...ends.map(([table, key, series]) => {
      try {
        const newest = reader.prepare(`SELECT max(${key}) AS newest FROM ${table}`).get()?.newest
        return newest === null ? 0 : (Number(newest) + 1) * series
      } catch (error) {
        if (!isDamage(error)) throw error
        return 0
      }
    }),
  )
}
