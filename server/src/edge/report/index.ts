/** Reports as files: what a browser shows or saves. */
import { Readable } from 'node:stream'
import { reportDownloadPath } from '@aiops/contract/api/report'
import { z } from 'zod'
import type { StreamRoute } from '../../port/stream-route.ts'
import type { Reports } from '../../service/intelligence/index.ts'

const params = z.object({ id: z.string().max(64) })
const query = z.object({ inline: z.enum(['0', '1']).default('0') })

/** GET /api/v1/reports/{id}/download: the document in its own media type; `?inline=1` shows it instead of saving it. */
export const reportDownload = (reports: Pick<Reports, 'file'>): StreamRoute => ({
  ...{ method: 'GET', path: reportDownloadPath, action: 'downloadReport', permission: 'reports:read' },
  summary: 'The document of a report.',
  ...{ params, query },
  async open(request) {
    const { id } = request.params as z.output<typeof params>
    const { inline } = request.query as z.output<typeof query>
    const { name, mediaType, bytes } = await reports.file(request.caller.tenant, id)
    return {
      status: 200,
      headers: {
        'content-type': mediaType,
        'content-length': String(bytes.length),
        'content-disposition': `${inline === '1' ? 'inline' : 'attachment'}; filename="${name}"`,
        'cache-control': 'private, no-store',
        // Whatever a report quotes, it runs nothing and loads nothing.
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        'x-content-type-options': 'nosniff',
      },
      body: Readable.from([Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)]),
    }
  },
})
