import { crc32 } from 'node:zlib'
import { blockChecksum } from '../block-reader.ts'
import { decodePage } from '../catalog-page.ts'
import { decodeBlock } from '../chunk-block.ts'
import { decodeChunk } from '../chunk-codec.ts'
import { decodePart } from '../head-part.ts'
import { decodeHistograms } from '../histogram-codec.ts'
import { decodeWindows } from '../rollup/rollup-codec.ts'

type Row = Record<string, unknown>
/** How the rows of a table are walked and judged. */
export type TableCheck = {
  table: string
  /** What a report calls one of its rows. */
  kind: string
  /** Columns that name a row, in the order of the walk. */
  key: readonly string[]
  /** Undefined when the row is sound. */
  problem(row: Row, known: Known): string | undefined
}
/** What rows may refer to. */
export type Known = { series: { has(ref: number): boolean } }

const bytes = (row: Row): Uint8Array => row.body as Uint8Array
const checksum = 'its checksum does not fit'

/** Every table whose rows carry a checksum. */
export const tableChecks: readonly TableCheck[] = [
  {
    table: 'entry',
    kind: 'log-entry',
    key: ['position'],
    problem: (row) => (crc32(bytes(row), Number(row.position)) === Number(row.crc) ? undefined : checksum),
  },
  {
    table: 'series',
    kind: 'series',
    key: ['ref'],
    problem: (row) => (crc32(String(row.labels), Number(row.ref)) === Number(row.crc) ? undefined : checksum),
  },
  {
    table: 'catalog_page',
    kind: 'series',
    key: ['page'],
    problem: (row) => (decodePage(Number(row.page), bytes(row)) ? undefined : checksum),
  },
  {
    table: 'chunk',
    kind: 'chunk',
    key: ['ref', 'end_ms', 'seq'],
    problem: (row, known) => problemOfSamples(decodeOne(row), known),
  },
  {
    table: 'chunk_block',
    kind: 'chunk',
    key: ['seq'],
    problem: (row, known) => problemOfSamples(decodeBlock(Number(row.part), bytes(row)), known),
  },
  ...['head', 'head_part'].map((table) => ({
    table,
    kind: 'head',
    key: ['part'],
    problem: (row: Row) => (decodePart(bytes(row)).intact ? undefined : checksum),
  })),
  {
    table: 'block',
    kind: 'block',
    key: ['id'],
    problem: (row) =>
      blockChecksum(Number(row.id), String(row.key), bytes(row)) === Number(row.crc) ? undefined : checksum,
  },
  {
    table: 'histogram',
    kind: 'chunk',
    key: ['seq'],
    problem: (row) => (decodeHistograms(Number(row.ref), bytes(row)) ? undefined : checksum),
  },
  {
    table: 'rollup',
    kind: 'rollup',
    key: ['step_ms', 'ref', 'start_ms'],
    problem: (row, known) => {
      if (!decodeWindows(Number(row.ref), bytes(row))) return checksum
      return known.series.has(Number(row.ref)) ? undefined : unknownSeries(Number(row.ref))
    },
  },
]

function decodeOne(row: Row): { ref: number }[] | undefined {
  return decodeChunk(Number(row.ref), bytes(row)) && [{ ref: Number(row.ref) }]
}
function problemOfSamples(runs: readonly { ref: number }[] | undefined, known: Known): string | undefined {
  if (!runs) return checksum
  // Beside series that are known, those that were lost hurt nobody.
  return runs.length > 0 && runs.every(({ ref }) => !known.series.has(ref))
    ? unknownSeries(runs[0]!.ref)
    : undefined
}
const unknownSeries = (ref: number): string => `the catalogue has no series ${ref}`
