import { Readable } from 'node:stream'
import { incidentExportPath, postMortemPath } from '@aiops/contract/api/incident-export'
import { z } from 'zod'
import type { StreamAnswer, StreamRoute } from '../../port/stream-route.ts'
import { gather } from './gather.ts'
import type { IncidentExportDeps } from './index.ts'
import { postMortem } from './post-mortem.ts'

const params = z.object({ id: z.string().min(1).max(64) })
const query = z.object({ inline: z.enum(['0', '1']).default('0') })

/** GET …/post-mortem and …/export of one incident. `?inline=1` shows it instead of saving it. */
export const incidentDownloads = (deps: IncidentExportDeps): readonly StreamRoute[] => [
  {
    ...{ method: 'GET', path: postMortemPath, action: 'downloadPostMortem', permission: 'incidents:read' },
    summary: 'The draft of a post-mortem, written from recorded facts only (Markdown).',
    ...{ params, query },
    async open(request) {
      const { id } = request.params as z.output<typeof params>
      const facts = await gather(deps, request.caller, id)
      const { inline } = request.query as z.output<typeof query>
      const name = `post-mortem-inc-${facts.incident.number}.md`
      return document(postMortem(facts), 'text/markdown; charset=utf-8', name, inline === '1')
    },
  },
  {
    ...{ method: 'GET', path: incidentExportPath, action: 'exportIncident', permission: 'incidents:read' },
    summary: 'One incident with all that is known of it (JSON with schema_version), and what was left out.',
    ...{ params, query },
    async open(request) {
      const { id } = request.params as z.output<typeof params>
      const facts = await gather(deps, request.caller, id)
      const { inline } = request.query as z.output<typeof query>
      const text = `${JSON.stringify(facts, null, 1)}\n`
      return document(
        text,
        'application/json; charset=utf-8',
        `inc-${facts.incident.number}.json`,
        inline === '1',
      )
    },
  },
]

export function document(text: string, mediaType: string, name: string, isInline: boolean): StreamAnswer {
  const bytes = Buffer.from(text)
  return {
    status: 200,
    headers: {
      'content-type': mediaType,
      'content-length': String(bytes.length),
      'content-disposition': `${isInline ? 'inline' : 'attachment'}; filename="${name}"`,
      'cache-control': 'private, no-store',
      // Whatever it quotes, it runs nothing and loads nothing.
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    },
    body: Readable.from([bytes]),
  }
}
