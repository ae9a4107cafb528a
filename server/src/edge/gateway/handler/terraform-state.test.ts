import { terraformState } from '@aiops/contract/api/terraform-state'
import { expect, it } from 'vitest'
import type { StateVersion } from '../../../port/state-repository.ts'
import type { TerraformStates } from '../../../port/terraform-states.ts'
import { terraformStateHandlers } from './terraform-state.ts'

const version: StateVersion = {
  ...{ number: 3, serial: 7, lineage: 'l', deleted: false, sha256: 'ab', sizeBytes: 10 },
  ...{ createdMs: 0, createdBy: 'ci' },
}
const lock = { id: 'a', info: '{}', lockedMs: 0, lockedBy: 'ci' }
const principal = { tenant: 'shop', actor: 'dana' }

it('shows states, versions and locks without their content, and acts as who asks', async () => {
  const asked: unknown[] = []
  const handlers = terraformStateHandlers({
    terraformStates: {
      list: async (tenant) => [{ project: 'p/q', name: tenant, newest: version, lock }],
      versions: async (key) => {
        asked.push(key)
        return [version]
      },
      release: async (key, actor) => {
        asked.push([key, actor])
        return lock
      },
      rollback: async (key, number, actor) => {
        asked.push([key, number, actor])
        return version
      },
    } as Partial<TerraformStates> as TerraformStates,
  })
  const params = { project: 'p/q', name: 'prod' }
  const { states } = await handlers.listTerraformStates({}, principal)
  expect(terraformState.listTerraformStates.response.parse({ states })).toEqual({
    states: [
      {
        ...{ project: 'p/q', name: 'shop' },
        newest: expect.objectContaining({
          number: 3,
          size_bytes: 10,
          created_at: '1970-01-01T00:00:00.000Z',
        }),
        lock: { id: 'a', info: '{}', locked_at: '1970-01-01T00:00:00.000Z', locked_by: 'ci' },
      },
    ],
  })
  await handlers.listTerraformStateVersions({ params }, principal)
  await handlers.unlockTerraformState({ params }, principal)
  await handlers.rollbackTerraformState({ params, body: { number: 2 } }, principal)
  const key = { tenant: 'shop', ...params }
  expect(asked).toEqual([key, [key, 'dana'], [key, 2, 'dana']])
})
