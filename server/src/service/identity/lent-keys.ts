import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Principal } from './index.ts'

/** Keys for programs that the platform starts and that call it back, such as an engine that stores its state. They die with the process. */
export type LentKeys = {
  lend(principal: Principal, ttlMs: number): { key: string; revoke(): void }
  /** undefined: none of ours, or no longer. */
  principalOf(key: string): Principal | undefined
}

const keysMax = 1_000

export function createLentKeys(clock: Clock): LentKeys {
  // By their hash, so that looking one up tells nothing by its time.
  const lent = new Map<string, { principal: Principal; untilMs: number }>()
  const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex')
  return {
    lend(principal, ttlMs) {
      const now = clock.monotonic()
      for (const [name, { untilMs }] of lent) if (untilMs <= now) lent.delete(name)
      if (lent.size >= keysMax) throw new Fault('QUEUE_FULL', `${keysMax} programs hold a key already.`)
      const key = `lent-${randomBytes(32).toString('base64url')}`
      lent.set(nameOf(key), { principal, untilMs: now + ttlMs })
      return { key, revoke: () => void lent.delete(nameOf(key)) }
    },
    principalOf(key) {
      const found = lent.get(nameOf(key))
      return found && found.untilMs > clock.monotonic() ? found.principal : undefined
    },
  }
}
