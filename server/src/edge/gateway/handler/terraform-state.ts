import type { HandlerInput, OperationOutput } from '@aiops/contract/api/operation'
import type { terraformState } from '@aiops/contract/api/terraform-state'
import { isoTime } from '../../../kernel/clock.ts'
import type { StateLock, StateVersion } from '../../../port/state-repository.ts'
import type { TerraformStates } from '../../../port/terraform-states.ts'
import type { Principal } from '../../../service/identity/index.ts'

type Api = typeof terraformState
type TerraformStateHandlers = {
  [K in keyof Api]: (
    input: HandlerInput<Api[K]>,
    principal: Pick<Principal, 'tenant' | 'actor'>,
  ) => Promise<OperationOutput<Api[K]>>
}

/** What is kept of infrastructure; the states themselves go by the engines' own backend. */
export const terraformStateHandlers = ({
  terraformStates: states,
}: {
  terraformStates: TerraformStates
}): TerraformStateHandlers => ({
  async listTerraformStates(_input, { tenant }) {
    const all = await states.list(tenant)
    return {
      states: all.map(({ project, name, newest, lock }) => ({
        ...{ project, name, newest: versionOf(newest), lock: lock && lockOf(lock) },
      })),
    }
  },
  async listTerraformStateVersions({ params }, { tenant }) {
    return { versions: (await states.versions({ tenant, ...params })).map(versionOf) }
  },
  async unlockTerraformState({ params }, { tenant, actor }) {
    return lockOf(await states.release({ tenant, ...params }, actor))
  },
  async rollbackTerraformState({ params, body }, { tenant, actor }) {
    return versionOf(await states.rollback({ tenant, ...params }, body.number, actor))
  },
})

const versionOf = ({ sizeBytes, createdMs, createdBy, ...version }: StateVersion) => ({
  ...version,
  ...{ size_bytes: sizeBytes, created_at: isoTime(createdMs), created_by: createdBy },
})

const lockOf = ({ id, info, lockedMs, lockedBy }: StateLock) => ({
  ...{ id, info, locked_at: isoTime(lockedMs), locked_by: lockedBy },
})
