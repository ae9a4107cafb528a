import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import { RelabelConfig } from '../scrape/relabel.ts'
import { parseJson } from '../wire/body.ts'

const limit = z.number().int().nonnegative()

/** What a scrape's reading depends on besides its text. Limits of 0 are none. */
const ScrapeScope = z.object({
  /** Of the target, without those that begin with two underscores; with `job` and `instance`. */
  labels: z.record(z.string(), z.string()),
  honor_labels: z.boolean(),
  honor_timestamps: z.boolean(),
  track_timestamps_staleness: z.boolean(),
  classic_histograms: z.boolean(),
  relabel: z.array(RelabelConfig),
  sample_limit: limit,
  label_limit: limit,
  label_name_length_limit: limit,
  label_value_length_limit: limit,
})
export type ScrapeScope = z.output<typeof ScrapeScope>

/** What is known once a scrape is over. With it, the text of an entry names the series that are no more. */
const ScrapeReport = z.object({
  up: z.boolean(),
  duration_seconds: z.number(),
  scraped: limit,
  kept: limit,
  added: limit,
  /** The target will not be scraped any more: its own series end as well. */
  ended: z.boolean(),
})
export type ScrapeReport = z.output<typeof ScrapeReport>

const Envelope = z.object({
  /** Names target and scope: entries with the same key are about the same series. */
  key: z.string(),
  time_ms: z.number().int(),
  content_type: z.string(),
  report: ScrapeReport.optional(),
})
const ScrapeHeader = Envelope.extend({ scope: ScrapeScope })
export type ScrapeHeader = z.output<typeof ScrapeHeader>

export const scopeKey = (job: string, url: string, scope: ScrapeScope): string =>
  createHash('sha256')
    .update(JSON.stringify([job, url, scope]))
    .digest('base64url')

const NEWLINE = 0x0a
const headerBytesMax = 1_048_576

/** The body of an `exposition` entry: one line of JSON, then the text as the target gave it. */
export const encodeScrape = (header: ScrapeHeader, text: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), text])

/**
 * Where the text begins. Written here and nowhere else, so it is checked, not trusted; the scope only where `known` has none under
 * the key.
 */
export function decodeScrapeHeader(
  body: Buffer,
  known: (key: string) => ScrapeScope | undefined = () => undefined,
): { header: ScrapeHeader; textAt: number } {
  const stop = body.indexOf(NEWLINE)
  if (stop < 0 || stop > headerBytesMax)
    throw new Fault('INVALID_REQUEST', 'The entry is not a scrape: it has no header.')
  const written = parseJson(body.subarray(0, stop)) as { key?: unknown } | null
  const scope = typeof written?.key === 'string' ? known(written.key) : undefined
  const parsed = (scope ? Envelope : ScrapeHeader).safeParse(written)
  if (!parsed.success) throw new Fault('INVALID_REQUEST', 'The entry is not a scrape: its header is wrong.')
  return { header: { ...parsed.data, ...(scope ? { scope } : {}) } as ScrapeHeader, textAt: stop + 1 }
}
