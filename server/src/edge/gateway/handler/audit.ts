import { auditEntry, auditFilter } from '../../../service/identity/index.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'

type AuditHandlers = { [K in 'listAudit' | 'verifyAudit' | 'listAuditCheckpoints']: Handler<K> }

export const auditHandlers = ({ audit, clock }: Pick<HandlerDeps, 'audit' | 'clock'>): AuditHandlers => ({
  async listAudit({ query }, { tenant }) {
    const { limit, before, ...asked } = query
    const { entries, next } = await audit.list(tenant, { ...auditFilter(asked, clock), limit, before })
    return { entries: entries.map(auditEntry), next }
  },
  verifyAudit: ({ query }) => audit.verify(query.fresh),
  listAuditCheckpoints: async ({ query }) => ({
    checkpoints: await audit.checkpoints(query.limit),
    key_id: audit.keyId,
    public_keys: audit.publicKeys,
  }),
})
