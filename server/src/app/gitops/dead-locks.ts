import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import type { TerraformStates } from '../../port/terraform-states.ts'

type Unlock = (
  tenant: TenantId,
  repository: string,
  stack: string,
  by: string,
) => Promise<{ released: boolean; message: string }>

/** An engine that was told to stop by the death of the platform has this long to end; its key died with the platform. */
const endingMs = 30_000

/**
 * Gives back locks of states that runs of ours left when the platform was killed. One process has the data folder, and a run holds a key
 * that dies with its process: so a lock of ours from before this start is nobody's once the engine had time to end. Others' locks, and
 * those of runs of this process, stay.
 */
export function deadLocks({
  states,
  clock,
  actor,
}: {
  states: Pick<TerraformStates, 'list' | 'release'>
  clock: Clock
  actor: string
}): Unlock {
  const openedMs = clock.now()
  return async (tenant, repository, stack, by) => {
    const kept = (message: string) => ({ released: false, message })
    const found = (await states.list(tenant)).find(
      ({ project, name }) => project === repository && name === stack,
    )
    if (!found?.lock) return kept(`the state of ${stack} is not locked here.`)
    const { id, lockedBy, lockedMs } = found.lock
    if (lockedBy !== actor)
      return kept(
        `the state of ${stack} is locked by ${lockedBy}, which is no run of the platform; give it back where it was taken.`,
      )
    if (lockedMs >= openedMs) return kept(`the run that holds the state of ${stack} still goes on.`)
    const leftMs = openedMs + endingMs - clock.now()
    if (leftMs > 0) return kept(`the run may still be ending; ask again in ${Math.ceil(leftMs / 1_000)} s.`)
    try {
      await states.release({ tenant, project: repository, name: stack }, by)
    } catch (error) {
      if (!isFault(error) || error.code !== 'NOT_FOUND') throw error
    }
    return { released: true, message: `the lock ${id} of a run that died is given back.` }
  }
}
