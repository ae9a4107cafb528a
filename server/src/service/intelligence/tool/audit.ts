import { AuditEntry, AuditOutcome } from '@aiops/contract/model/audit'
import { Time } from '@aiops/contract/model/time'
import { z } from 'zod'
import { evidenceMax, tool } from './tool.ts'

const AuditLine = AuditEntry.pick({
  ...{ sequence: true, at: true, actor: true, action: true, resource: true, outcome: true },
})

const listAudit = tool({
  name: 'list_audit',
  title: 'Audit log',
  description:
    'Who did what in this platform, when and with which outcome (SUCCESS, FAILURE, DENIED), the newest first: changes of settings, approvals, proposals, refused requests. Use it for "who approved", "who changed", "what did anna do". Of actor, action, resource and text a part will do. The last 24 hours when no time is given.',
  input: z.object({
    actor: z.string().max(200).optional(),
    action: z.string().max(200).optional(),
    resource: z.string().max(500).optional(),
    outcome: AuditOutcome.optional(),
    text: z.string().max(200).optional(),
    since: Time.optional(),
    until: Time.optional(),
    limit: z.number().int().min(1).max(evidenceMax).default(50),
  }),
  output: z.object({ entries: z.array(AuditLine), more: z.boolean() }),
  permission: 'audit:read',
  effect: 'READ',
  async run(client, { actor, action, resource, outcome, text, since, until, limit }, { nowMs }) {
    const start = since ?? new Date(nowMs - 86_400_000).toISOString()
    const given = Object.entries({ actor, action, resource, outcome, text, end: until })
    const query = { start, limit, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) }
    const { entries, next } = await client.listAudit({ query })
    return { entries: entries.map((one) => AuditLine.parse(one)), more: next !== null }
  },
  evidence: ({ entries }) =>
    entries.map(({ sequence, at, actor, action, resource, outcome }) => ({
      ...{ type: 'AUDIT', query: action, source: 'audit log', time: at, entity: resource },
      sentence: `${at} ${actor}: ${action} ${resource}, ${outcome}.`,
      fields: { about: 'ENTRY', sequence, actor, action, resource, outcome },
      // What was refused may hold the words of anybody who asked.
      ...{ trust: outcome === 'SUCCESS' ? 'OPERATOR' : 'TELEMETRY', link: '/audit' },
    })),
  sentence: ({ entries, more }, { actor, since }) =>
    `Looked at the audit log${actor ? ` of ${actor}` : ''} since ${since ?? '24 hours ago'}: ${entries.length} entries${more ? ', and there are more' : ''}.`,
})

export const auditTools = { list_audit: listAudit } as const
