import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'

export type Nudges = {
  /** Returns at once. */
  tell(tenant: TenantId, repository: string): void
}

/** Of each repository at most one look a second, so that a storm of events is a few looks. */
const restMs = 1_000

/** Events of repositories as looks at what is open there: the first at once, those within a second after it as one. */
export function createNudges(
  { clock, log }: { clock: Pick<Clock, 'after'>; log: Log },
  nudge: (tenant: TenantId, repository: string) => Promise<void>,
): Nudges {
  /** By repository: whether something came since the last look. Known repositories alone, so as many as are set. */
  const resting = new Map<string, boolean>()
  function look(tenant: TenantId, repository: string): void {
    const key = `${tenant} ${repository}`
    resting.set(key, false)
    nudge(tenant, repository).catch((error: unknown) =>
      log.warn({ repository, problem: messageOf(error) }, 'an event of a forge was not looked after'),
    )
    clock.after(restMs, () => {
      const again = resting.get(key) === true
      resting.delete(key)
      if (again) look(tenant, repository)
    })
  }
  return {
    tell(tenant, repository) {
      const key = `${tenant} ${repository}`
      if (resting.has(key)) resting.set(key, true)
      else look(tenant, repository)
    },
  }
}
