import type { AuditCheckpoint, AuditVerification } from '@aiops/contract/model/audit'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { CheckpointLog } from '../../../port/audit-checkpoint.ts'
import type { AuditEntry, AuditFilter, AuditRepository } from '../../../port/record-store.ts'
import { publicKeysOf, readCheckpoint } from './checkpoint.ts'
import { Checkpointer, type CheckpointerDeps } from './checkpointer.ts'
import { verifyAudit } from './verify.ts'

const goodForMs = 300_000
/** Timers of Node.js hold 31 bits. */
const timerMaxMs = 2_000_000_000

export type AuditDeps = Omit<CheckpointerDeps, 'chain'> & {
  /** Those that a verification reads; others are for whoever verifies elsewhere. */
  readable: readonly CheckpointLog[]
  chain: AuditRepository
  /** PEM, of every key that ever signed here. */
  publicKeys: string
}

/** The audit log as its readers see it, and the checkpoints that are made of it. */
export interface Audit extends Lifecycle {
  list(tenant: TenantId, filter: AuditFilter): Promise<{ entries: AuditEntry[]; next: number | null }>
  /** One verification at a time, whoever asks; `fresh: false` is content with one of the last five minutes. */
  verify(fresh: boolean): Promise<AuditVerification>
  /** Newest first. */
  checkpoints(limit: number): Promise<AuditCheckpoint[]>
  readonly keyId: string
  readonly publicKeys: string
}

export function createAudit(
  deps: AuditDeps,
  config: { every: number; intervalMs: number; verifyMs: number },
): Audit {
  const { chain, clock, key, logs, publicKeys } = deps
  const checkpointer = new Checkpointer(deps, config)
  const broken = deps.metrics.gauge(
    'aiops_audit_broken',
    '1 when the last verification found the audit log tampered with.',
  )
  let running: Promise<AuditVerification> | undefined
  let last: { verification: AuditVerification; atMs: number } | undefined

  async function verifyOnce(): Promise<AuditVerification> {
    const verification = await verifyAudit({
      ...{ chain, checkpoints: deps.readable, keys: publicKeysOf(publicKeys), clock },
      signal: stopping.signal,
    })
    last = { verification, atMs: clock.monotonic() }
    broken.set(verification.status === 'BROKEN' ? 1 : 0)
    if (verification.status === 'BROKEN')
      deps.log.error({ first: verification.first_bad }, 'A verification found the audit log tampered with')
    return verification
  }
  async function verify(fresh: boolean): Promise<AuditVerification> {
    if (!fresh && last && clock.monotonic() - last.atMs < goodForMs) return last.verification
    running ??= verifyOnce().finally(() => {
      running = undefined
    })
    return running
  }
  const stopping = new AbortController()
  let cancel: () => void = () => undefined
  return {
    ...{ keyId: key.keyId, publicKeys },
    async start() {
      await checkpointer.start()
      cancel = clock.every(Math.min(config.verifyMs, timerMaxMs), () => {
        void verify(true).catch((error) =>
          deps.log.warn({ reason: messageOf(error) }, 'The audit log was not verified'),
        )
      })
    },
    async stop() {
      cancel()
      stopping.abort(new Fault('NOT_READY', 'The server is stopping.'))
      await running?.catch(() => undefined)
      await checkpointer.stop()
    },
    list: (tenant, filter) => chain.list(tenant, filter),
    verify,
    async checkpoints(limit) {
      const found: AuditCheckpoint[] = []
      for await (const line of logs[0].lines()) {
        const checkpoint = readCheckpoint(line)
        if (checkpoint) found.push(checkpoint)
        if (found.length > limit * 2) found.splice(0, found.length - limit)
      }
      return found.slice(-limit).reverse()
    },
  }
}
