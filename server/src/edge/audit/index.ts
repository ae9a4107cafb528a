/** The audit log as JSON lines: what an archive or another system takes over. */
import { Readable } from 'node:stream'
import { AuditQuery, auditExportPath } from '@aiops/contract/api/audit'
import type { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import type { StreamRoute } from '../../port/stream-route.ts'
import { type Audit, auditEntry, auditFilter } from '../../service/identity/index.ts'

const pageEntries = 500

/** GET /api/v1/audit/export: one entry a line, the newest first, of the caller's tenant. Pages are read as fast as they are taken. */
export const auditExport = (audit: Pick<Audit, 'list'>, clock: Pick<Clock, 'now'>): StreamRoute => ({
  ...{ method: 'GET', path: auditExportPath, action: 'exportAudit', permission: 'audit:read' },
  summary: 'Entries of the audit log as JSON lines, the newest first.',
  query: AuditQuery,
  async open(request) {
    const filter = auditFilter(request.query as z.output<typeof AuditQuery>, clock)
    async function* lines(): AsyncIterable<string> {
      let before: number | null | undefined
      do {
        const page = await audit.list(request.caller.tenant, {
          ...{ ...filter, limit: pageEntries },
          ...(before == null ? {} : { before }),
        })
        yield page.entries.map((entry) => `${JSON.stringify(auditEntry(entry))}\n`).join('')
        before = page.next
      } while (before !== null)
    }
    return {
      status: 200,
      headers: {
        'content-type': 'application/x-ndjson; charset=utf-8',
        'content-disposition': 'attachment; filename="audit.jsonl"',
        'cache-control': 'private, no-store',
        'x-content-type-options': 'nosniff',
      },
      body: Readable.from(lines()),
    }
  },
})
