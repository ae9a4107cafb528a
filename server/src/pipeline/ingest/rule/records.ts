import { zstdCompressSync } from 'node:zlib'
import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import type { StoredLog } from '../../../port/log-store.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import type { Decoded } from '../decoder.ts'
import type { ProtocolFactory } from '../protocol.ts'
import { Rejections } from '../rejection.ts'
import { parseJson } from '../wire/body.ts'

/** The entry that stands for one whose bytes may not be kept: its records as they are stored. */
export function recordsEntry(entry: Entry, { logs, spans }: Pick<Decoded, 'logs' | 'spans'>): Entry {
  const body = zstdCompressSync(Buffer.from(JSON.stringify({ logs, spans })))
  return { ...entry, kind: 'records', body, encoding: 'zstd', format: 'json' }
}

/** Written here and nowhere else; what is in the records was checked when they came. */
const Body = z.object({ logs: z.array(z.looseObject({})), spans: z.array(z.looseObject({})) })

/** Log records and spans in our own form. Nobody sends them. */
export const records: ProtocolFactory = () => ({
  receivers: [],
  readers: {
    records: () => (body) => {
      const parsed = Body.safeParse(parseJson(body))
      if (!parsed.success) throw new Fault('INVALID_REQUEST', 'The entry holds no records.')
      const { logs, spans } = parsed.data as unknown as { logs: StoredLog[]; spans: StoredSpan[] }
      return { logs, spans, rejections: new Rejections() }
    },
  },
})
